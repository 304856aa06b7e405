// Everything is forgotten, from a terminal and in the window: the sign-in ends at Cloudflare, the client's file is as it
// was, the keyring and the data directory are empty, and the next start is a first one.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { promisify } from 'node:util';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { App, BIN, tempDir, until } from './lib/app.mjs';
import * as screen from './lib/screen.mjs';
import { DESTRUCTIVE, MAIN } from './lib/screen.mjs';

const CORE = path.join(path.dirname(BIN), 'flaredeck-core');
const BRIDGE = path.join(path.dirname(BIN), 'flaredeck-bridge');
const BEFORE = '{\n  // mine\n  "mcpServers": {\n    "other": { "command": "true" }\n  }\n}\n';

/** What the keyring has of us, by the attributes that QtKeychain gives its entries. */
async function inKeyring() {
  const { stdout } = await promisify(execFile)('dbus-send', ['--session', '--dest=org.freedesktop.secrets', '--print-reply',
    '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.SearchItems', 'dict:string:string:server,Flaredeck']);
  return stdout.match(/object path "[^"]+"/g) ?? [];
}

/** A home of its own with a client in it, Flaredeck in use, and Cursor connected. */
async function inUse(args) {
  const home = tempDir();
  const file = path.join(home, '.cursor/mcp.json');
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, BEFORE);
  const env = { HOME: home, XDG_CONFIG_HOME: path.join(home, '.config'), CLAUDE_CONFIG_DIR: '', CODEX_HOME: '' };
  const dataDir = tempDir();
  fs.writeFileSync(path.join(dataDir, 'settings.ini'), '[appearance]\ntheme=light\n');
  const app = await App.start({ args, env, dataDir });
  const run = async (...words) => {
    const child = spawn(CORE, [...words, '--sandbox', '--data-dir', dataDir], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    const result = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) child[stream].on('data', (chunk) => { result[stream] += chunk; });
    [result.code] = await once(child, 'close');
    return result;
  };
  const client = new Client({ name: 'cursor', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: BRIDGE, args: ['--data-dir', dataDir], env: { ...process.env, ...env } }));
  assert.equal((await client.callTool({ name: 'add', arguments: { a: 23, b: 19 } })).content[0].text, '42');
  await client.close();
  const connected = await run('connect', 'cursor', '--bridge');
  assert.equal(connected.code, 0, connected.stderr);
  assert.notEqual(fs.readFileSync(file, 'utf8'), BEFORE);
  return { app, run, file, dataDir, env };
}

afterEach(async (context) => {
  if (!context.passed) await screen.pictureOf(context.name);
});

test('from a terminal', { timeout: 120_000 }, async () => {
  const { app, run, file, dataDir, env } = await inUse(['--headless', '--auto-approve']);
  assert.equal((await inKeyring()).length, 1);
  const connected = fs.readFileSync(file, 'utf8');

  const shown = await run('forget-everything', '--print');
  assert.equal(shown.code, 0, shown.stderr);
  for (const part of [/sign-in of \S+@\S+/, /1 grants and 1 clients/, /vault-key-/, /~\/\.cursor\/mcp\.json/, /^-.*flaredeck-bridge/m, /vault\.db/])
    assert.match(shown.stdout, part);
  const unsure = await run('forget-everything');
  assert.equal(unsure.code, 1, unsure.stdout);
  assert.match(unsure.stderr, /Nothing was removed/);
  assert.equal(fs.readFileSync(file, 'utf8'), connected);
  assert.equal((await inKeyring()).length, 1);
  assert.ok(fs.existsSync(path.join(dataDir, 'vault.db')));

  const done = await run('forget-everything', '--yes');
  assert.equal(done.code, 0, done.stdout + done.stderr);
  assert.match(done.stdout, /The next start is a first start/);
  assert.deepEqual(await app.exit, [0, null], app.log);
  assert.equal(fs.readFileSync(file, 'utf8'), BEFORE);
  assert.deepEqual(await inKeyring(), []);
  assert.equal(fs.existsSync(dataDir), false);

  const again = await run('forget-everything', '--yes');
  assert.equal(again.code, 3, again.stdout);
  const next = await App.start({ args: ['--headless', '--auto-approve'], env, dataDir });
  const [status] = JSON.parse((await run('status', '--json')).stdout);
  assert.equal(status.grants, 0);
  assert.deepEqual(JSON.parse((await run('clients', 'list', '--json')).stdout), []);
  assert.equal((await run('forget-everything', '--yes')).code, 0, 'a first start leaves nothing either');
  assert.deepEqual(await next.exit, [0, null], next.log);
  assert.deepEqual(await inKeyring(), []);
});

test('what somebody else put there stays, and is named', { timeout: 120_000 }, async () => {
  const { app, run, file, dataDir } = await inUse(['--headless', '--auto-approve']);
  fs.writeFileSync(path.join(dataDir, 'thesis.odt'), 'mine');
  const elsewhere = path.join(tempDir(), 'precious');
  fs.writeFileSync(elsewhere, 'mine');
  fs.symlinkSync(elsewhere, path.join(dataDir, 'link'));
  fs.writeFileSync(file, '{ no JSON');
  const done = await run('forget-everything', '--yes');
  assert.equal(done.code, 1, done.stdout);
  assert.match(done.stdout, /thesis\.odt/);
  assert.match(done.stdout, /mcp\.json/);
  assert.deepEqual(await app.exit, [1, null], app.log);
  assert.deepEqual(fs.readdirSync(dataDir).sort(), ['link', 'thesis.odt']);
  assert.equal(fs.readFileSync(elsewhere, 'utf8'), 'mine');
  assert.equal(fs.readFileSync(file, 'utf8'), '{ no JSON');
  assert.deepEqual(await inKeyring(), []);
});

test('in the window, by the word', { timeout: 120_000 }, async () => {
  const { app, file, dataDir } = await inUse(['--auto-approve', 'flaredeck:settings']);
  const window = await screen.findWindow(MAIN);
  await screen.activate(window);
  // It stands at the end of the page.
  const dialog = await until('the dialog', async () => {
    await screen.activate(window);
    await screen.wheel(window, 5, 40);
    await screen.clickWords(window, DESTRUCTIVE);
    return screen.findWindow('Forget everything', 3000);
  });
  await screen.activate(dialog);
  await screen.key('Escape');
  await screen.windowGone('Forget everything');
  assert.ok(fs.existsSync(path.join(dataDir, 'vault.db')));
  await screen.activate(window);
  await screen.clickWords(window, DESTRUCTIVE);
  const second = await screen.findWindow('Forget everything');
  await screen.activate(second);
  // Cancel has the focus, and before it comes the field, as soon as the list is there. What is red at the foot is the
  // button, once the field has the word; lines that go are red, too.
  const { y, height } = await screen.geometry(second);
  const button = await until('the button to take a click', async () => {
    await screen.key('shift+Tab', 'ctrl+a');
    await screen.type('forget');
    return (await screen.blocks(second, DESTRUCTIVE, { width: 1, height: 4 })).findLast((one) => one.y > y + height - 60);
  });
  await screen.click(button.x, button.y);
  await screen.findWindow('has forgotten everything');
  await screen.key('Return');
  assert.deepEqual(await app.exit, [0, null], app.log);
  assert.equal(fs.readFileSync(file, 'utf8'), BEFORE);
  assert.deepEqual(await inKeyring(), []);
  assert.equal(fs.existsSync(dataDir), false);
});
