// The program itself: the window that a second start raises, a port that another program holds, the tray.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { afterEach, test } from 'node:test';

import { App, BIN, tempDir, until } from './lib/app.mjs';
import * as screen from './lib/screen.mjs';

const BAD_SOFT = '#fbe6e7'; // the banner of a fault, light theme

const run = (args) => new Promise((resolve) => {
  execFile(BIN, args, { timeout: 30_000 }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
});

afterEach(async (context) => {
  if (!context.passed) await screen.pictureOf(context.name);
});

const isShown = async () => (await screen.windows(screen.MAIN)).length > 0;

test('a second start raises the window of the first and ends', { timeout: 60_000 }, async () => {
  const app = await App.start({ args: ['--hidden'] });
  assert.equal(await isShown(), false, '--hidden shows no window');
  const second = await run(['--sandbox', '--data-dir', app.dataDir]);
  assert.equal(second.code, 0, second.stderr);
  await screen.findWindow(screen.MAIN);
  assert.equal(await app.stop(), 0, app.log);
});

test('a link starts the program at its page, and a second one leads the window that is there', { timeout: 60_000 }, async () => {
  // The page that is shown is the one that the next start begins with.
  const isAt = (dataDir, page) => until(`page ${page}`, () => fs.readFileSync(path.join(dataDir, 'settings.ini'), 'utf8')
    .split('\n').includes(`window\\page=${page}`));
  const app = await App.start({ args: ['flaredeck:grants'] });
  await screen.findWindow(screen.MAIN);
  await isAt(app.dataDir, 2);
  const second = await run(['--sandbox', '--data-dir', app.dataDir, 'flaredeck://clients/']);
  assert.equal(second.code, 0, second.stderr);
  await isAt(app.dataDir, 1);
  const wrong = await run(['--sandbox', '--data-dir', app.dataDir, 'flaredeck:grants?revoke=all']);
  assert.equal(wrong.code, 2, wrong.stderr);
  assert.equal(await app.stop(), 0, app.log);
});

test('a busy port is reported with its holder, and the window offers another', { timeout: 60_000 }, async () => {
  const holder = http.createServer((request, response) => response.end()).listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address();

  const headless = await run(['--sandbox', '--headless', '--data-dir', tempDir(), '--port', String(port)]);
  assert.notEqual(headless.code, 0);
  assert.match(headless.stderr, new RegExp(`${port}.*node.*\\b${process.pid}\\b`, 's'));
  assert.equal(headless.stdout, '', 'it never claimed to listen');

  const app = await App.start({ port, ready: () => isShown() });
  const window = await screen.findWindow(screen.MAIN);
  await screen.activate(window);
  // Both buttons of the banner stand at its right end; "Use port N" is the last.
  const banner = await until('the banner', async () => (await screen.blocks(window, BAD_SOFT, { width: 200, height: 8 })).at(-1));
  const { x } = await screen.geometry(window);
  await screen.click(x + banner.right - 60, banner.y);
  // The next one that is free: others may have been given to whoever asked the system for any.
  const next = Array.from({ length: 20 }, (_, i) => `http://localhost:${port + 1 + i}/.well-known/oauth-authorization-server`);
  await until('the server on another port', async () => (await Promise.allSettled(next.map((url) => fetch(url)))).some(({ value }) => value?.ok));
  holder.close();
  holder.closeAllConnections();
  assert.equal(await app.stop(), 0, app.log);
});

test('in the tray it goes on without a window, and a click brings the window back', { timeout: 60_000 }, async () => {
  const tray = spawn('trayer', ['--edge', 'bottom', '--align', 'right', '--widthtype', 'request', '--height', '24'], { stdio: 'ignore' });
  try {
    await until('the tray', async () => (await screen.windows('^panel$')).length > 0);
    const app = await App.start();
    const window = await screen.findWindow(screen.MAIN);
    await screen.close(window, screen.MAIN);
    assert.equal((await fetch(`${app.origin}/.well-known/oauth-authorization-server`)).status, 200, 'clients stay connected');
    // The panel comes and goes with what is in it.
    const { x, y } = await screen.geometry(await screen.findWindow('^panel$'));
    await screen.click(x + 12, y + 12);
    await screen.findWindow(screen.MAIN);
    assert.equal(await app.stop(), 0, app.log);
  } finally {
    tray.kill();
  }
});
