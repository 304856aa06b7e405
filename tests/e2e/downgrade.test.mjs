// Files of a newer version: refused with words, in the window and without one, and not a byte of them changes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, before, test } from 'node:test';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { App, BIN, tempDir } from './lib/app.mjs';
import * as screen from './lib/screen.mjs';

const BRIDGE = path.join(path.dirname(BIN), 'flaredeck-bridge');
const dataDir = tempDir();
const file = (name) => path.join(dataDir, name);
const hash = (name) => crypto.createHash('sha256').update(fs.readFileSync(file(name))).digest('hex');

/** Sets the number of the format, and returns the one before. */
function format(name, number) {
  const database = new DatabaseSync(file(name));
  const { user_version: before_ } = database.prepare('PRAGMA user_version').get();
  database.exec(`PRAGMA user_version = ${number}`);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return before_;
}
const run = (args, env = {}) => new Promise((resolve) => {
  execFile(BIN, ['--sandbox', '--port', '0', '--data-dir', dataDir, ...args], { timeout: 30_000, env: { ...process.env, ...env } },
    (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
});
async function grants() {
  const app = await App.start({ args: ['--headless', '--auto-approve'], dataDir });
  const answer = await new Promise((resolve, reject) => {
    execFile(path.join(path.dirname(BIN), 'flaredeck-core'), ['grants', 'list', '--json', '--sandbox', '--data-dir', dataDir],
      (error, stdout, stderr) => (error ? reject(new Error(stderr)) : resolve(JSON.parse(stdout))));
  });
  assert.equal(await app.stop(), 0, app.log);
  return { list: answer, log: app.log };
}

before(async () => {
  const app = await App.start({ args: ['--headless', '--auto-approve'], dataDir });
  const client = new Client({ name: 'host', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: BRIDGE, args: ['--data-dir', dataDir], env: { ...process.env } }));
  await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } });
  await client.close();
  assert.equal(await app.stop(), 0, app.log);
});
afterEach(async (context) => {
  if (!context.passed) await screen.pictureOf(context.name);
});

test('a newer vault is refused, and serves again where it belongs', { timeout: 90_000 }, async () => {
  const ours = format('vault.db', 4711);
  const before_ = hash('vault.db');
  const headless = await run(['--headless', '--auto-approve']);
  assert.equal(headless.code, 1, headless.stderr);
  assert.match(headless.stderr, /vault\.db was written by another version of Flaredeck \(format 4711/);
  assert.match(headless.stderr, /Update Flaredeck/);
  assert.equal(hash('vault.db'), before_);

  const windowed = run([], { QT_QPA_PLATFORM: 'xcb' });
  const box = await screen.findWindow('Flaredeck cannot start');
  assert.equal(hash('vault.db'), before_);
  await screen.close(box, 'Flaredeck cannot start');
  assert.equal((await windowed).code, 1);
  assert.equal(hash('vault.db'), before_);

  format('vault.db', ours);
  assert.equal((await grants()).list.length, 1, 'what was granted is there');
});

test('a newer history is left alone, and clients are served', { timeout: 60_000 }, async () => {
  const ours = format('history.db', 4711);
  const before_ = hash('history.db');
  const { list, log } = await grants();
  assert.equal(list.length, 1);
  assert.match(log, /history\.db was written by another version of Flaredeck/);
  assert.equal(hash('history.db'), before_);
  assert.deepEqual(fs.readdirSync(dataDir).filter((name) => name.includes('damaged')), []);
  format('history.db', ours);
});

test('settings of a newer version stay in their file', { timeout: 60_000 }, async () => {
  fs.appendFileSync(file('settings.ini'), '\n[appearance]\ntheme=sepia\n\n[holograms]\ndepth=3\n');
  const app = await App.start({ args: ['--hidden', '--auto-approve'], dataDir });
  assert.equal(await app.stop(), 0, app.log);
  const text = fs.readFileSync(file('settings.ini'), 'utf8');
  assert.match(text, /\[holograms\]\ndepth=3/);
  assert.match(text, /theme=sepia/);
});
