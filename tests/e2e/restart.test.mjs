// A crash at any moment loses nothing that was granted: grants, tokens, the Cloudflare sign-in, the
// session and its active account.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { App, tempDir } from './lib/app.mjs';
import { CLIENTS } from './lib/clients.mjs';

const args = ['--headless', '--auto-approve'];

test('after kill -9 the same client goes on in the same session with the same account', { timeout: 120_000 }, async () => {
  const dataDir = tempDir();
  const first = await App.start({ args, dataDir });
  const client = await CLIENTS['SDK v1 over Streamable HTTP'](first);
  const { accounts } = JSON.parse((await client.call('accounts_list', {})).content[0].text);
  assert.equal(accounts.length, 2);
  const unnamed = await client.call('observability_keys', { keysQuery: { limit: 10 } });
  assert.ok(unnamed.isError, 'with two accounts and none chosen, the tool has to ask which');
  const chosen = await client.call('set_active_account', { activeAccountIdParam: accounts[1].id });
  assert.ok(!chosen.isError, chosen.content[0].text);
  const session = client.transport.sessionId;
  const port = first.port;

  assert.equal(await first.stop('SIGKILL'), 'SIGKILL');
  const second = await App.start({ args, dataDir, port });
  try {
    const sum = await client.call('add', { a: 23, b: 19 });
    assert.equal(sum.content[0].text, '42');
    assert.equal(client.transport.sessionId, session, 'the session goes on');
    // Whether the sandbox, which forgets its tokens, still honours the sign-in is its own affair; what
    // counts here is that the active account is known without being named.
    const again = await client.call('set_active_account', { activeAccountIdParam: accounts[1].id });
    assert.ok(!again.isError, again.content[0].text);
    const keys = await client.call('observability_keys', { keysQuery: { limit: 10 } });
    assert.ok(!keys.isError, keys.content[0].text);
  } finally {
    await client.close();
    assert.equal(await second.stop(), 0, second.log);
  }
});
