// A person connects a client in the window, by keys, and takes it back.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { App, tempDir, until } from './lib/app.mjs';
import * as screen from './lib/screen.mjs';
import { ACCENT, MAIN } from './lib/screen.mjs';

const home = tempDir();
const file = path.join(home, '.cursor/mcp.json');
const before_ = '{\n  // mine\n  "mcpServers": {\n    "other": { "command": "true" }\n  }\n}\n';
let app;

before(async () => {
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, before_);
  const dataDir = tempDir();
  fs.writeFileSync(path.join(dataDir, 'settings.ini'), '[appearance]\ntheme=light\n');
  app = await App.start({ dataDir, env: { HOME: home, XDG_CONFIG_HOME: path.join(home, '.config') } });
});
afterEach(async (context) => {
  if (!context.passed) await screen.pictureOf(context.name);
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

test('connect, and undo, by keys', { timeout: 90_000 }, async () => {
  const window = await screen.findWindow(MAIN);
  await screen.activate(window);
  await screen.key('ctrl+2');
  await screen.clickButton(window, ACCENT);
  const dialog = await screen.findWindow('Connect a client');
  await screen.activate(dialog);
  // Close has the focus; behind the last control comes the first client's button.
  const setup = await until('the change to be shown', async () => {
    await screen.key('Tab', 'space');
    return screen.findWindow('Connect Cursor', 2000);
  });
  await screen.activate(setup);
  await screen.clickButton(setup, ACCENT);
  await screen.windowGone('Connect Cursor');
  const written = fs.readFileSync(file, 'utf8');
  assert.match(written, new RegExp(`"url": "${app.origin}/mcp"`));
  assert.ok(written.startsWith(before_.slice(0, before_.indexOf(' }'))), written);

  // The focus is where it was; Undo stands before it.
  await screen.activate(dialog);
  await until('the file to be as it was', async () => {
    await screen.key('shift+Tab', 'space');
    return until('the bytes', () => fs.readFileSync(file, 'utf8') === before_, 2000);
  });
});
