// The commands of a terminal against the running app: what they print and do, and who is refused.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { App, BIN, tempDir } from './lib/app.mjs';

const CORE = path.join(path.dirname(BIN), 'flaredeck-core');
const BRIDGE = path.join(path.dirname(BIN), 'flaredeck-bridge');

let app;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

async function run(words, { program = CORE, dataDir = app.dataDir, before: prefix = [] } = {}) {
  const [command, ...args] = [...prefix, program, ...words, '--sandbox', '--data-dir', dataDir];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const result = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (chunk) => { result[stream] += chunk; });
  [result.code] = await once(child, 'close');
  return result;
}
const json = async (words) => {
  const { code, stdout, stderr } = await run([...words, '--json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
};

async function host() {
  const client = new Client({ name: 'host', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: BRIDGE, args: ['--data-dir', app.dataDir], env: { ...process.env } }));
  const sum = async () => (await client.callTool({ name: 'add', arguments: { a: 23, b: 19 } })).content[0].text;
  assert.equal(await sum(), '42');
  return { sum, close: () => client.close() };
}

test('status, accounts, grants and clients, for people and for programs', { timeout: 60_000 }, async () => {
  const client = await host();
  const [status] = await json(['status']);
  assert.equal(status.server, 'listening');
  assert.equal(status.mcp, `${app.origin}/mcp`);
  assert.equal(status.grants, 1);
  assert.equal((await json(['accounts'])).length, 2);
  const [grant] = await json(['grants', 'list']);
  assert.ok(grant.scopes.includes('workers:read'), grant.scopes.join());
  assert.match(grant.client, /commands\.test/);

  const people = await run(['grants', 'list']);
  assert.equal(people.code, 0, people.stderr);
  assert.match(people.stdout, /^ID .*Client .*Scopes/);
  assert.ok(people.stdout.includes(grant.id.slice(0, 8)), people.stdout);
  assert.match((await run(['status'], { program: BIN })).stdout, /Server +listening/, 'the other program has them too');
  await client.close();
});

test('a grant and a client are taken back, at once', { timeout: 60_000 }, async () => {
  const client = await host();
  const [grant] = await json(['grants', 'list']);
  const revoked = await run(['grants', 'revoke', grant.id.slice(0, 8)]);
  assert.equal(revoked.code, 0, revoked.stderr);
  assert.deepEqual(await json(['grants', 'list']), []);
  assert.equal(await client.sum(), '42', 'the automatic yes gives it another');

  const [known] = await json(['clients', 'list']);
  assert.equal((await run(['clients', 'block', known.id])).code, 0);
  assert.match(await client.sum(), /blocked in Flaredeck/);
  assert.equal((await run(['clients', 'unblock', known.id])).code, 0);
  assert.equal(await client.sum(), '42');
  assert.equal((await run(['grants', 'revoke', 'all'])).code, 0);
  assert.equal((await run(['clients', 'forget', known.id])).code, 0);
  assert.deepEqual(await json(['clients', 'list']), []);
  await client.close();
});

test('each way to be wrong has its exit code and says what to do', { timeout: 60_000 }, async () => {
  for (const [words, code, reason] of [
    [['grants', 'revoke'], 2, /needs one id/],
    [['grants', 'give'], 2, /no command 'grants give'/],
    [['frobnicate'], 2, /neither an option nor a command/],
    [['grants', 'revoke', 'ffff'], 1, /no grant 'ffff'/],
  ]) {
    const result = await run(words);
    assert.equal(result.code, code, `${words.join(' ')}: ${result.stderr}`);
    assert.match(result.stderr, reason);
    assert.equal(result.stdout, '');
  }
  const idle = await run(['status'], { dataDir: tempDir() });
  assert.equal(idle.code, 3);
  assert.match(idle.stderr, /not running/);
});

test('a socket that a killed app left behind is no running app', { timeout: 60_000 }, async () => {
  const victim = await App.start({ args: ['--headless', '--auto-approve'] });
  process.kill(Number(/"pid":(\d+)/.exec(victim.log)[1]), 'SIGKILL');
  await victim.exit;
  assert.ok(fs.existsSync(path.join(victim.dataDir, 'local.socket')) ||
    fs.lstatSync(path.join(victim.dataDir, 'local.socket')).isSymbolicLink());
  assert.equal((await run(['status'], { dataDir: victim.dataDir })).code, 3);
});

test('other programs and other users are refused', { timeout: 60_000 }, async () => {
  const socketPath = fs.realpathSync(path.join(app.dataDir, 'local.socket'));
  const answer = await new Promise((resolve, reject) => {
    const request = http.request({ socketPath, path: '/local/command', method: 'POST', headers: { 'content-type': 'application/json' } },
      (response) => {
        let body = '';
        response.on('data', (chunk) => { body += chunk; }).on('end', () => resolve({ status: response.statusCode, body }));
      }).on('error', reject);
    request.end('["grants","revoke","all"]');
  });
  assert.equal(answer.status, 403);
  assert.match(answer.body, /own programs/);
  const overPort = await fetch(`${app.origin}/local/command`, { method: 'POST', body: '["status"]' });
  assert.equal(overPort.status, 404);

  if (process.getuid() !== 0) {
    console.log('not tried as another user: only root can become one');
    return;
  }
  const stranger = await run(['status'], { before: ['setpriv', '--reuid', '65534', '--clear-groups'] });
  assert.notEqual(stranger.code, 0);
  assert.equal(stranger.stdout, '');
});
