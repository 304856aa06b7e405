// The other ways through Cloudflare's sign-in: the browser by choice and by need, and none at all.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';

import { App, tempDir, until } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import { CLIENTS } from './lib/clients.mjs';
import { authorizationUrl, Host } from './lib/oauth.mjs';
import * as screen from './lib/screen.mjs';

const BIN = path.resolve(import.meta.dirname, 'bin');
const connect = CLIENTS['SDK v1 over Streamable HTTP'];

/** Where the app finds a browser, as on a desktop. */
const desktop = { PATH: `${BIN}:${process.env.PATH}`, BROWSER: path.join(BIN, 'xdg-open') };

let app;

async function start({ settings = '', env = {} } = {}) {
  const dataDir = tempDir();
  fs.writeFileSync(path.join(dataDir, 'settings.ini'), `[appearance]\ntheme=light\n${settings}`);
  app = await App.start({ dataDir, env: { ...desktop, ...env } });
  await screen.findWindow(screen.MAIN);
}

const settingsOf = () => fs.readFileSync(path.join(app.dataDir, 'settings.ini'), 'utf8');

afterEach(async (context) => {
  if (!context.passed) await screen.pictureOf(context.name);
  assert.equal(await app.stop(), 0, app.log);
});

async function works(connecting) {
  const client = await connecting;
  const { accounts } = JSON.parse((await client.call('accounts_list', {})).content[0].text);
  assert.equal(accounts.length, 2);
  await client.close();
}

test('"Use my browser instead" hands the same sign-in to the browser, and is remembered', { timeout: 120_000 }, async () => {
  await start();
  const connecting = connect(app);
  connecting.catch(() => {});
  await screen.allow();
  const window = await screen.findWindow(screen.SIGN_IN, 60_000);
  await screen.activate(window);
  await until('the page', async () => (await screen.blocks(window, screen.ACCENT)).length > 0);
  await screen.clickWords(window, screen.ACCENT); // the link below the page
  await screen.windowGone(screen.SIGN_IN);
  await works(connecting);
  assert.match(settingsOf(), /^signInWith=browser$/m);
});

test('whoever prefers the browser sees no window: the tab that waits goes on to the sign-in', { timeout: 120_000 }, async () => {
  await start({ settings: '[cloudflare]\nsignInWith=browser\n', env: { PATH: process.env.PATH, BROWSER: undefined } });
  const pages = [];
  const connecting = connect(app, { open: (url) => browse(url, { onPage: (page) => pages.push(/<h1>(.*?)<\/h1>/.exec(page)?.[1]) }) });
  connecting.catch(() => {});
  await screen.allow();
  await works(connecting);
  assert.ok(pages.includes('Sign in'), `the tab showed: ${pages.join(', ')}`);
});

test('where the web engine cannot start, the app says so and goes to the browser', { timeout: 120_000 }, async (context) => {
  if (process.getuid() !== 0) {
    context.skip('only as root does the web engine refuse to start with its sandbox');
    await start();
    return;
  }
  await start({ env: { QTWEBENGINE_DISABLE_SANDBOX: undefined } });
  const connecting = connect(app);
  connecting.catch(() => {});
  await screen.allow();
  await works(connecting);
  assert.match(app.log, /cannot run as root/);
  assert.doesNotMatch(settingsOf(), /signInWith/, 'a need is no preference');
});

test('Escape in the sign-in window ends the flow with an error that the client understands', { timeout: 120_000 }, async () => {
  await start();
  const host = await Host.open('Plain client');
  host.redirectToAuthorization(await authorizationUrl(app.origin, host));
  await screen.allow();
  const window = await screen.findWindow(screen.SIGN_IN, 60_000);
  await screen.activate(window);
  await screen.key('Escape');
  const answer = await host.callbackParameters();
  assert.equal(answer.get('error'), 'access_denied');
  assert.match(answer.get('error_description'), /cancelled/);
  host.close();
  await screen.windowGone(screen.SIGN_IN);
});

test('the sign-in window inherits no secret of the environment', { timeout: 120_000 }, async () => {
  await start({ env: { CLOUDFLARE_CLIENT_ID: 'public-id', CLOUDFLARE_CLIENT_SECRET: 'hunter2', CF_API_TOKEN: 'hunter2' } });
  const host = await Host.open('Plain client');
  host.redirectToAuthorization(await authorizationUrl(app.origin, host));
  await screen.allow();
  await screen.activate(await screen.findWindow(screen.SIGN_IN, 60_000));
  const children = fs.readFileSync(`/proc/${app.child.pid}/task/${app.child.pid}/children`, 'utf8').trim().split(' ');
  assert.ok(children[0], 'the window is a program of its own');
  for (const pid of [app.child.pid, ...children]) {
    const environment = fs.readFileSync(`/proc/${pid}/environ`, 'latin1');
    assert.match(environment, /CLOUDFLARE_CLIENT_ID=public-id/);
    assert.doesNotMatch(environment, /hunter2/);
  }
  await screen.key('Escape');
  assert.equal((await host.callbackParameters()).get('error'), 'access_denied');
  host.close();
  await screen.windowGone(screen.SIGN_IN);
});
