// The questions besides consent, answered by clicks and keys: a call outside of its grant, a Cloudflare sign-in that
// has ended, a key that the keychain has lost.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { promisify } from 'node:util';

import { App, tempDir, until } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import { CLIENTS } from './lib/clients.mjs';
import * as screen from './lib/screen.mjs';
import { MAIN } from './lib/screen.mjs';
import { QUERY, plainCall } from './lib/steps.mjs';

const STEP_UP = 'One more permission';
const KEYCHAIN = '^Keychain$';
const run = promisify(execFile);

afterEach(async (context) => {
  if (!context.passed) await screen.pictureOf(context.name);
});

async function start(options = {}) {
  const dataDir = options.dataDir ?? tempDir();
  fs.writeFileSync(path.join(dataDir, 'settings.ini'), '[appearance]\ntheme=light\n');
  const app = await App.start({ dataDir, ...options });
  await screen.findWindow(MAIN);
  return app;
}

/** A client that asked for less than all tools need, allowed and signed in by clicks. */
async function connectNarrow(app) {
  const connecting = CLIENTS['SDK v1 over Streamable HTTP'](app, {
    open: (url) => {
      url.searchParams.set('scope', 'mcp:read workers:read');
      return browse(url);
    },
  });
  connecting.catch(() => {});
  await screen.allow({ asked: true });
  await screen.signIn();
  const client = await connecting;
  const { accounts } = JSON.parse((await client.call('accounts_list', {})).content[0].text);
  return { ...client, account_id: accounts[0].id };
}

test('a call outside of the grant waits for the click', { timeout: 120_000 }, async () => {
  const app = await start();
  const client = await connectNarrow(app);
  const query = () => client.call('query_worker_observability', { ...QUERY, account_id: client.account_id });
  const isListed = async () => (await client.list()).some(({ name }) => name === 'query_worker_observability');

  let waiting = query();
  const once = await screen.findWindow(STEP_UP);
  await screen.activate(once);
  await screen.clickButton(once, screen.ACCENT);
  assert.ok(!(await waiting).isError);
  assert.equal(await isListed(), false, 'the grant is as it was');
  await screen.windowGone(STEP_UP);

  // By keys: the headline has the focus, and the order is Deny, Allow from now on, Allow once.
  waiting = query();
  const always = await screen.findWindow(STEP_UP);
  await screen.activate(always);
  await screen.armed(always);
  await screen.key('Tab', 'Tab', 'space');
  assert.ok(!(await waiting).isError);
  assert.equal(await isListed(), true, 'the grant is wider now');
  assert.ok(!(await query()).isError);

  await client.close();
  assert.equal(await app.stop(), 0, app.log);
});

test('a call that meets an ended sign-in goes on when the person has signed in', { timeout: 120_000 }, async () => {
  const app = await start();
  const client = await connectNarrow(app);
  const [, sandbox] = /The sandbox listens on "?(http:[^\s"]+)/.exec(app.log);
  for (const order of [{ kind: 'token_expired' }, { kind: 'token_expired', at: 'token' }]) {
    const answer = await fetch(new URL('/sandbox/fault', sandbox), { method: 'POST', body: JSON.stringify(order),
      headers: { 'content-type': 'application/json' } });
    assert.equal(answer.status, 200);
  }
  const waiting = client.call('workers_list', { account_id: client.account_id });
  await screen.signIn();
  const result = await waiting;
  assert.ok(!result.isError, result.content[0].text);
  await client.close();
  assert.equal(await app.stop(), 0, app.log);
});

test('a lost key throws nothing away, and a person begins anew by keys', { timeout: 120_000 }, async () => {
  const dataDir = tempDir();
  let app = await start({ dataDir });
  const client = await connectNarrow(app);
  const token = client.tokens().access_token;
  const { port } = app;
  assert.equal(await app.stop(), 0, app.log);

  await forgetSecrets();
  app = await App.start({ dataDir, port });
  await screen.findWindow(MAIN);
  // It opens by itself, since what is lost does not come back by waiting.
  const dialog = await screen.findWindow(KEYCHAIN);
  await screen.activate(dialog);
  assert.equal((await plainCall(app.origin, token)).status, 200, 'the grant stands');
  // Try again has the focus; it changes nothing.
  await screen.key('space');
  // Use this run only, Start anew…; there Cancel has the focus.
  await screen.key('Tab', 'Tab', 'space');
  const sure = await screen.findWindow('Give the sealed sign-ins up');
  await screen.activate(sure);
  await screen.key('Tab', 'space');
  await screen.windowGone(KEYCHAIN);
  assert.equal((await plainCall(app.origin, token)).status, 200, 'the grant still stands');

  // What it stood on has to be done again, once.
  const waiting = client.call('workers_list', { account_id: client.account_id });
  await screen.signIn();
  const result = await waiting;
  assert.ok(!result.isError, result.content[0].text);
  await client.close();
  assert.equal(await app.stop(), 0, app.log);
});

/** Deletes every item of the keyring, as its owner may. */
async function forgetSecrets() {
  const call = async (object, method, ...args) => (await run('dbus-send', ['--session', '--dest=org.freedesktop.secrets',
    '--print-reply', object, method, ...args])).stdout;
  const found = await call('/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.SearchItems', 'dict:string:string:');
  const items = [...found.matchAll(/object path "([^"]+)"/g)].map(([, item]) => item);
  assert.ok(items.length > 0, found);
  for (const item of items) await call(item, 'org.freedesktop.Secret.Item.Delete');
}
