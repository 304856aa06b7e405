// A person at the screen: real clicks in the consent dialog, a real sign-in in the web view, and Revoke all
// in the window. Every client works before and is refused after.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { App, tempDir, until } from './lib/app.mjs';
import { CLIENTS } from './lib/clients.mjs';
import * as screen from './lib/screen.mjs';
import { DESTRUCTIVE, MAIN } from './lib/screen.mjs';
import { mainJob, plainCall } from './lib/steps.mjs';

let app;
const clients = [];

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
  for (const { client } of clients) await client.close().catch(() => {});
  assert.equal(await app.stop(), 0, app.log);
});

for (const [name, connect] of Object.entries(CLIENTS)) {
  test(`${name} is allowed by clicks and does the main job`, { timeout: 180_000 }, async () => {
    const connecting = connect(app);
    // The Inspector connects when it is first asked for something.
    const listing = connecting.then((client) => client.list());
    listing.catch(() => {});
    await screen.allow();
    if (clients.length === 0) await screen.signIn();
    const client = await connecting;
    await listing;
    clients.push({ name, client });
    await mainJob(client);
  });
}

test('Revoke all in the window refuses every client at once', { timeout: 90_000 }, async () => {
  assert.equal(clients.length, Object.keys(CLIENTS).length, 'every client was connected before');
  const window = await screen.findWindow(MAIN);
  await screen.activate(window);
  await screen.key('ctrl+3');
  await screen.clickWords(window, DESTRUCTIVE);
  const confirm = await screen.findWindow('Revoke all access');
  await screen.activate(confirm);
  await screen.clickWords(confirm, DESTRUCTIVE);
  await until('the refusals', async () => {
    const answers = await Promise.all(clients.map(({ client }) => plainCall(app.origin, client.tokens().access_token)));
    return answers.every((answer) => answer.status === 401);
  });
});
