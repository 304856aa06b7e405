// Cloudflare's sign-in service is down while a client's own token has ended too: the client renews its token,
// its calls fail as calls, and nobody has to sign in again, then or afterwards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import { CLIENTS } from './lib/clients.mjs';

let app;
let sandbox;

before(async () => {
  const listening = ({ log }) => log.split('\n').slice(0, -1).find((line) => line.startsWith('{"event":"listening"'));
  app = await App.start({ args: ['--headless', '--auto-approve'], ready: listening });
  ({ sandbox } = JSON.parse(listening(app)));
});

after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

async function fault(order) {
  const answer = await fetch(new URL('/sandbox/fault', sandbox), {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Takes the access token only (RFC 7009 §2.1): what its time would do an hour later. */
async function endAccessToken({ tokens, clientId }) {
  const answer = await fetch(`${app.origin}/revoke`, {
    method: 'POST', body: new URLSearchParams({ token: tokens().access_token, client_id: clientId() }),
  });
  assert.equal(answer.status, 200);
}

const permission = (client) => client.tokens().refresh_token.split('_')[2];

for (const [name, connect] of Object.entries(CLIENTS)) {
  test(`${name} is not logged out`, { timeout: 120_000 }, async () => {
    const visits = [];
    const client = await connect(app, { open: (url) => (visits.push(url), browse(url)) });
    try {
      const { accounts } = JSON.parse((await client.call('accounts_list', {})).content[0].text);
      const workers = () => client.call('workers_list', { account_id: accounts[0].id });
      assert.ok(!(await workers()).isError);
      const before = permission(client);
      const visited = visits.length;

      await fault({ kind: 'token_expired' });
      await fault({ kind: 'server_error', at: 'token', remaining: -1 });
      await endAccessToken(client);
      const failed = await workers();
      assert.equal(failed.isError, true, JSON.stringify(failed));
      assert.match(failed.content[0].text, /Cloudflare/);
      await fault({ kind: 'none', at: 'token' });
      const later = await workers();
      assert.ok(!later.isError, later.content[0].text);

      assert.equal(visits.length, visited, 'no browser was opened');
      assert.equal(permission(client), before, 'the same permission');
    } finally {
      await client.close();
    }
  });
}
