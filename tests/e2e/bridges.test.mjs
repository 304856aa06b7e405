// Two bridges at once, one of them killed while signing in. The survivor must work whichever tab the person
// answers, and the next start must ask nothing. What the person sees of it is in bridgeswindow.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App } from './lib/app.mjs';
import { Desktop, kill, work } from './lib/bridges.mjs';
import { browse } from './lib/browser.mjs';
import { findJson } from './lib/clients.mjs';
import { plainCall } from './lib/steps.mjs';

let app;
let desktop;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

async function onDesktop(body) {
  desktop = new Desktop(app);
  try {
    await body(await desktop.startTwo());
    await desktop.assertNextStartIsQuiet();
  } finally {
    await desktop.close();
  }
}

test('the one that opened the tab is killed before the person comes to it', { timeout: 180_000 }, () =>
  onDesktop(async ({ owner, follower, tab }) => {
    await kill(owner);
    await browse(tab);
    await follower.connected;
    await work(follower);
  }));

test('the one that opened the tab is killed, and the person answers the tab of the other', { timeout: 180_000 }, () =>
  onDesktop(async ({ owner, follower }) => {
    await kill(owner);
    await browse(await desktop.tab(1));
    await follower.connected;
    await work(follower);
  }));

test('the one that waited is served too, and outlives the other', { timeout: 180_000 }, () =>
  onDesktop(async ({ owner, follower, tab }) => {
    await browse(tab);
    for (const bridge of [owner, follower]) {
      await bridge.connected;
      await work(bridge);
    }
    assert.equal(desktop.tabs().length, 1);
    await kill(owner);
    await work(follower);
    assert.equal((await plainCall(app.origin, findJson(desktop.home, 'access_token').access_token)).status, 200);
  }));
