// Two bridges at once, and the one that asked is killed while the person reads the question: there is one
// question, and its answer serves the survivor.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { App, tempDir } from './lib/app.mjs';
import { Desktop, kill, work } from './lib/bridges.mjs';
import { browse } from './lib/browser.mjs';
import * as screen from './lib/screen.mjs';
import { CONSENT, MAIN } from './lib/screen.mjs';

let app;
before(async () => {
  const dataDir = tempDir();
  fs.writeFileSync(path.join(dataDir, 'settings.ini'), '[appearance]\ntheme=light\n');
  app = await App.start({ dataDir });
  await screen.findWindow(MAIN);
});

afterEach(async (context) => {
  if (!context.passed) await screen.pictureOf(context.name);
});

after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

/** A tab that stays open; one of the two codes will find the door shut. */
const visit = (tab, onPage) => browse(tab, { onPage }).catch(() => {});

test('one question for two bridges, one of them killed', { timeout: 300_000 }, async () => {
  const desktop = new Desktop(app);
  try {
    const { owner, follower, tab } = await desktop.startTwo();
    visit(tab);
    await screen.findWindow(CONSENT);
    await kill(owner);
    // The survivor takes over and sends the person to a tab of its own.
    const next = await desktop.tab(1);
    await new Promise((shown) => visit(next, shown));
    assert.equal((await screen.windows(CONSENT)).length, 1, 'both tabs are one question');
    await screen.allow();
    await screen.signIn();
    await follower.connected;
    await work(follower);
    assert.equal((await screen.windows(CONSENT)).length, 0, 'nothing else is asked');
    await desktop.assertNextStartIsQuiet();
    assert.equal((await screen.windows(CONSENT)).length, 0);
  } finally {
    await desktop.close();
  }
});
