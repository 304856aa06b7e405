// The commands of a terminal against the running app: what they print and do, and who is refused.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { App, BIN, freePort, tempDir, until } from './lib/app.mjs';

const CORE = path.join(path.dirname(BIN), 'flaredeck-core');
const BRIDGE = path.join(path.dirname(BIN), 'flaredeck-bridge');

let app;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

/** A command that may go on: its output so far, and how it ends. */
function start(words, { program = CORE, dataDir = app.dataDir, before: prefix = [], input, env = {} } = {}) {
  const [command, ...args] = [...prefix, program, ...words, '--sandbox', '--data-dir', dataDir];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  child.stdin.on('error', () => {}).end(input ?? '');
  const running = { child, stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (chunk) => { running[stream] += chunk; });
  running.end = once(child, 'close').then(([code, signal]) => { running.code = code ?? signal; return running; });
  return running;
}
const run = (words, options) => start(words, options).end;
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
  return { sum, call: () => client.callTool({ name: 'add', arguments: { a: 23, b: 19 } }), close: () => client.close() };
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

test('a rule takes a tool away, and gives none', { timeout: 60_000 }, async () => {
  const client = await host();
  const tools = await json(['tools', 'list']);
  assert.ok(tools.length > 90, String(tools.length));
  const add = tools.find(({ name }) => name === 'add');
  assert.deepEqual([add.effect, add.policy], ['reads', 'allow']);
  assert.match((await run(['tools', 'list'])).stdout, /^Tool +Toolset +Effect +Scope +Policy/);

  const [known] = await json(['clients', 'list']);
  const off = await run(['tools', 'policy', 'add', 'off', '--client', known.id]);
  assert.equal(off.code, 0, off.stderr);
  const gone = await client.call();
  assert.ok(gone.isError, JSON.stringify(gone));
  const rows = await json(['tools', 'policy', 'add']);
  assert.deepEqual(rows.map(({ policy }) => policy), ['allow', 'off']);

  for (const words of [['add', 'allow'], ['add', 'usual', '--client', known.id], ['add', 'ask', '--client', known.id]]) {
    const refused = await run(['tools', 'policy', ...words]);
    assert.equal(refused.code, 4, words.join(' ') + refused.stdout);
    assert.match(refused.stderr, /page Tools/);
  }
  assert.equal((await run(['tools', 'policy'])).code, 2);
  assert.equal((await run(['status', '--client', 'x'])).code, 2);
  await client.close();
  assert.equal((await run(['clients', 'forget', known.id])).code, 0);
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
    [['calls', '-n', 'many'], 2, /no number of lines/],
    [['status', '-f'], 2, /list what happened/],
    [['sign-out', 'nobody@acme.example'], 1, /no sign-in/],
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

test('a grant is shown with all that it opens', { timeout: 60_000 }, async () => {
  const client = await host();
  const [listed] = await json(['grants', 'list']);
  const [grant] = await json(['grants', 'show', listed.id.slice(0, 8)]);
  assert.equal(grant.id, listed.id);
  assert.ok(grant.scopes.some(({ scope, opens }) => scope === 'workers:read' && /^See Workers/.test(opens)));
  const people = await run(['grants', 'show', listed.id]);
  assert.match(people.stdout, /^Scopes +mcp:read +See /m);
  assert.match(people.stdout, /^Expires +when it is taken back$/m);
  await client.close();
});

test('calls and log lines are listed, and followed until Ctrl-C', { timeout: 60_000 }, async () => {
  const client = await host();
  const followed = start(['calls', '-f', '-n', '1', '--json']);
  const lines = () => followed.stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const people = start(['calls', '--follow']);
  await until('the last call', () => lines().length > 0 && /^Time +Client .*\n.* add /s.test(people.stdout));
  const seen = lines().length;
  await client.sum();
  await until('the next call, as the list has it', async () => {
    const listed = await json(['calls', '-n', '2']);
    return lines().length > seen && JSON.stringify(lines().slice(-2)) === JSON.stringify(listed);
  });
  const [first, second] = lines().slice(-2);
  assert.equal(second.id, first.id + 1);
  assert.equal(second.tool, 'add');
  assert.equal(second.outcome, 'ok');

  followed.child.kill('SIGINT');
  assert.equal((await followed.end).code, 'SIGINT');
  people.child.stdout.destroy(); // it ends without another call
  await people.end;
  const piped = spawn('sh', ['-c', `'${CORE}' logs -f --sandbox --data-dir '${app.dataDir}' | head -n 1`]);
  assert.deepEqual(await once(piped, 'close'), [0, null], 'nor does it outlive a pipe');
  assert.match((await run(['logs', '-n', '3'])).stdout, /^\S+ info flaredeck\./m);
  await client.close();
});

test('a terminal that stalls delays nobody, and gets the rest later', { timeout: 120_000 }, async () => {
  const client = await host();
  const stalled = start(['calls', '-f', '-n', '1', '--json']);
  await until('the first line', () => stalled.stdout);
  stalled.child.kill('SIGSTOP');
  for (let i = 0; i < 40; i += 1) await Promise.all(Array.from({ length: 100 }, () => client.sum()));
  const last = await until('the last call in the history', async () => {
    const [call] = await json(['calls', '-n', '1']);
    return call.id >= 4000 && call.id;
  });
  assert.ok(stalled.stdout.split('\n').length < 4000, 'it is stalled');
  stalled.child.kill('SIGCONT');
  await until('all of them', () => stalled.stdout.includes(`"id":${last},`));
  const ids = stalled.stdout.trim().split('\n').map((line) => JSON.parse(line).id);
  assert.deepEqual(ids, Array.from(ids, (_, i) => ids[0] + i), 'each once, in order');
  stalled.child.kill('SIGINT');
  await stalled.end;
  await client.close();
});

test('only so many follow, and the end of the app ends them', { timeout: 60_000 }, async () => {
  const other = await App.start({ args: ['--headless', '--auto-approve'] });
  const followers = Array.from({ length: 8 }, () => start(['logs', '-f'], { dataDir: other.dataDir }));
  await until('all to follow', () => followers.every(({ stdout }) => stdout.includes('Listening at')));
  const ninth = await run(['calls', '-f'], { dataDir: other.dataDir });
  assert.equal(ninth.code, 1);
  assert.match(ninth.stderr, /8 commands that go on are running/);
  assert.equal(await other.stop(), 0, other.log);
  for (const { code, stderr } of await Promise.all(followers.map(({ end }) => end))) {
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Flaredeck was quit/);
  }
});

test('somebody without a screen signs in, and out', { timeout: 60_000 }, async () => {
  const other = await App.start({ args: ['--headless'] });
  const options = { dataDir: other.dataDir };
  const addressOf = (running) => until('an address', () => /^http:\S+/m.exec(running.stdout)?.[0]);
  const signIn = start(['sign-in'], options);
  const address = await addressOf(signIn);
  assert.match(signIn.stdout, /Ctrl-C cancels/);

  const joined = start(['sign-in'], options);
  assert.equal(await addressOf(joined), address, 'there is one at a time');
  joined.child.kill('SIGINT');
  await joined.end;
  signIn.child.kill('SIGINT'); // and who began it cancels it
  await signIn.end;
  assert.match(await (await fetch(address.replace('/auth?', '/auth?prompt=none&'))).text(), /./);
  await until('its end', () => other.log.includes('was cancelled'));

  // With the sandbox's page for people.
  const again = start(['sign-in', '--json'], options);
  const { address: page } = await until('an address', () => JSON.parse(again.stdout.split('\n')[0]));
  const origin = new URL(page).origin;
  const flow = /name="flow" value="([^"]+)"/.exec(await (await fetch(page)).text())[1];
  const form = (fields) => ({ method: 'POST', redirect: 'manual', body: new URLSearchParams({ flow, ...fields }) });
  await fetch(`${origin}/oauth2/signin`, form({ email: 'demo@acme.example' }));
  const consent = await fetch(`${origin}/oauth2/consent`, form({ decision: 'allow', account: '8f2b0c6d4e1a4b7f9c3d5e6a7b8c9d01' }));
  assert.match(await (await fetch(new URL(consent.headers.get('location'), origin))).text(), /You are signed in/);
  assert.equal((await again.end).code, 0, again.stderr);
  assert.match(again.stdout, /"done":"Signed in as demo@acme\.example, with 1 account\."/);

  const out = await run(['sign-out', 'DEMO@acme.example'], options);
  assert.equal(out.code, 0, out.stderr);
  assert.match(out.stdout, /is signed out.*Cloudflare revoked the sign-in\./);
  assert.match((await run(['accounts'], options)).stdout, /There is none/);
  assert.equal(await other.stop(), 0, other.log);
});

test('an API token comes over standard input, and is seen nowhere', { timeout: 60_000 }, async () => {
  const wrong = 'v1-s3cret-0123456789abcdefghijklmnopqrstuv';
  const refused = await run(['token', 'add'], { input: `${wrong}\n` });
  assert.equal(refused.code, 1, refused.stdout);
  assert.match(refused.stderr, /does not accept this token/);
  const typed = await run(['token', 'add', wrong]);
  assert.equal(typed.code, 2);
  assert.match(typed.stderr, /Give the secret on standard input/);
  assert.equal((await run(['token', 'add'])).code, 1, 'nothing came');
  for (const text of [refused.stderr, typed.stderr, app.log, (await run(['logs', '-n', '5000'])).stdout])
    assert.ok(!text.includes('s3cret'), text);
});

test('the doctor says what a report needs, and names nobody', { timeout: 60_000 }, async () => {
  const home = path.dirname(app.dataDir);
  const env = { HOME: home, https_proxy: 'http://user:pa55word@proxy.example:3128' };
  const result = await run(['doctor'], { env });
  assert.equal(result.code, 0, result.stdout);
  for (const line of [/^ok +Version +\d/m, /^ok +Data directory +~\/flaredeck-e2e-\S+, mode 0700/m, /^ok +Keychain +open$/m,
    /^ok +Sign-ins +\d usable/m, new RegExp(`^ok +Port +Flaredeck listens at 127\\.0\\.0\\.1:${app.port}$`, 'm'),
    /^ok +localhost +.*127\.0\.0\.1/m, /^ok +Bridge +\S+flaredeck-bridge$/m, /^ok +Proxy variables +https_proxy$/m, /^ok +Clock/m])
    assert.match(result.stdout, line);
  const report = (await run(['doctor', '--json'], { env })).stdout;
  assert.ok(JSON.parse(report).checks.every(({ state }) => state === 'ok'), report);
  for (const secret of ['pa55word', 'proxy.example', '@acme.example', `${home}/`]) assert.ok(!report.includes(secret), secret);
});

test('the doctor says what can be seen when nothing runs', { timeout: 60_000 }, async () => {
  const victim = await App.start({ args: ['--headless', '--auto-approve'] });
  process.kill(await victim.pid(), 'SIGKILL');
  await victim.exit;
  const holder = net.createServer().listen(await freePort(), '127.0.0.1');
  await once(holder, 'listening');
  const held = await run(['doctor', '--port', String(holder.address().port)], { dataDir: victim.dataDir });
  assert.equal(held.code, 3, held.stderr);
  assert.match(held.stdout, /^ok +Local socket +\S+ is stale/m);
  assert.match(held.stdout, /^problem +Flaredeck +does not run/m);
  assert.match(held.stdout, new RegExp(`^problem +Port +127\\.0\\.0\\.1:\\d+ is held by \\S+ \\(pid ${process.pid}\\)`, 'm'));
  assert.match(held.stdout, /use --port \d+\./);
  holder.close();

  const nowhere = path.join(tempDir(), 'not', 'there');
  const nothing = await run(['doctor'], { dataDir: nowhere });
  assert.equal(nothing.code, 3);
  assert.match(nothing.stdout, /^ok +Data directory +\S+: not there yet/m);
  assert.ok(!fs.existsSync(path.dirname(nowhere)), 'it only looks');
});

test('a socket that a killed app left behind is no running app', { timeout: 60_000 }, async () => {
  const victim = await App.start({ args: ['--headless', '--auto-approve'] });
  process.kill(await victim.pid(), 'SIGKILL');
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

test('commands that are killed early leave their places, and nobody\'s reader decides what is done', { timeout: 120_000 }, async () => {
  for (let i = 0; i < 60; ++i) {
    const follower = start(['calls', '-f']);
    setTimeout(() => follower.child.kill('SIGKILL'), 3 + (i % 30));
    await follower.end;
  }
  const last = start(['calls', '-f']);
  await until('the head of the list', () => last.stdout.includes('Client'));
  last.child.kill('SIGINT');
  await last.end;

  // A script that closed its end of the pipe gets the exit code of the command all the same.
  const child = spawn('bash', ['-c', '"$@" > >(exec true)', 'bash', CORE, 'grants', 'revoke', 'nosuchgrant', '--sandbox',
    '--data-dir', app.dataDir], { stdio: 'ignore', env: { ...process.env } });
  assert.equal((await once(child, 'close'))[0], 1, 'there is no such grant');
  if (fs.existsSync('/dev/full')) {
    const full = spawn('bash', ['-c', '"$@" > /dev/full', 'bash', CORE, 'status', '--sandbox', '--data-dir', app.dataDir],
      { stdio: 'ignore', env: { ...process.env } });
    assert.equal((await once(full, 'close'))[0], 1, 'what cannot be written is no success');
  }
});
