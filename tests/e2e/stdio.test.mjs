// flaredeck-bridge, driven by the stdio clients of both SDKs and by the Inspector: the whole job in both eras, no
// second question, and what a host, the app and the system may do to it meanwhile.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { Client as Client2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

import { App, BIN, tempDir, until } from './lib/app.mjs';
import { mainJob } from './lib/steps.mjs';

const BRIDGE = path.join(path.dirname(BIN), 'flaredeck-bridge');
const INSPECTOR = path.resolve(import.meta.dirname, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const execute = promisify(execFile);
const info = { name: 'host', version: '1.0.0' };
const AUTO = ['--headless', '--auto-approve'];

/** SDK clients hand on little of their environment; the runtime directory of these tests is not the system's. */
const env = { ...process.env };
const bridgeOf = (app, ...more) => ({ command: BRIDGE, args: ['--sandbox', '--data-dir', app.dataDir, ...more], env });

async function connect(app, { client = new Client(info), more = [] } = {}) {
  const transport = new StdioClientTransport(bridgeOf(app, ...more));
  await client.connect(transport);
  return {
    client, transport,
    list: async () => (await client.listTools()).tools,
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
  };
}

async function connect2(app, mode) {
  const client = new Client2(info, { versionNegotiation: { mode } });
  await client.connect(new Stdio2(bridgeOf(app)));
  return {
    client, hasSession: mode !== 'auto',
    list: async () => (await client.listTools()).tools,
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
  };
}

/** The bridge with bare pipes. */
function pipes(app, options = {}) {
  const child = spawn(BRIDGE, ['--data-dir', app.dataDir], { stdio: ['pipe', 'pipe', 'inherit'], env, ...options });
  const bridge = { child, lines: [], exit: once(child, 'exit') };
  let rest = '';
  bridge.read = () => child.stdout.setEncoding('utf8').on('data', (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop();
    bridge.lines.push(...parts.map((line) => JSON.parse(line)));
  });
  bridge.send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  bridge.answer = (id) => until(`the answer to ${id}`, () => bridge.lines.find((line) => line.id === id));
  return bridge;
}
const initialize = { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info } };
const add = (id) => ({ id, method: 'tools/call', params: { name: 'add', arguments: { a: 23, b: 19 } } });
const isGone = (pid) => {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].startsWith('Z');
  } catch {
    return true;
  }
};

let app;
before(async () => {
  app = await App.start({ args: AUTO });
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

test('SDK v1 does the main job', { timeout: 60_000 }, async () => {
  const host = await connect(app);
  await mainJob(host);
  assert.equal(host.client.getServerVersion().name, 'flaredeck');
  await host.close();
});

for (const mode of ['legacy', 'auto', { pin: '2026-07-28' }]) {
  test(`SDK v2 does the main job in its mode ${JSON.stringify(mode)}`, { timeout: 60_000 }, async () => {
    const host = await connect2(app, mode);
    await mainJob({ ...host, hasSession: mode === 'legacy' });
    await host.close();
  });
}

test('the Inspector lists and calls', { timeout: 90_000 }, async () => {
  const run = async (...args) => JSON.parse((await execute(process.execPath,
    [INSPECTOR, '--cli', BRIDGE, '--data-dir', app.dataDir, '--format', 'json', '--quiet', ...args], { env, timeout: 60_000 })).stdout);
  const unwrap = (answer) => answer.result ?? answer;
  assert.ok(unwrap(await run('--method', 'tools/list')).tools.some((tool) => tool.name === 'add'));
  const sum = await run('--method', 'tools/call', '--tool-name', 'add', '--tool-args-json', '{"a":23,"b":19}');
  assert.equal(unwrap(sum).content[0].text, '42');
});

test('one toolset alone', { timeout: 60_000 }, async () => {
  const host = await connect(app, { more: ['--toolset', 'observability'] });
  const names = (await host.list()).map((tool) => tool.name);
  assert.ok(names.includes('query_worker_observability'), names.join());
  await host.close();
  const none = await connect(app, { more: ['--toolset', 'nosuch'] });
  await assert.rejects(none.list(), /nothing at this address/i);
  await none.close();
});

test('the server asks through it: an account, by elicitation', { timeout: 60_000 }, async () => {
  const client = new Client(info, { capabilities: { elicitation: {} } });
  let asked;
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked = params;
    const [name, schema] = Object.entries(params.requestedSchema.properties)[0];
    return { action: 'accept', content: { [name]: schema.enum?.[0] ?? schema.oneOf[0].const } };
  });
  const host = await connect(app, { client });
  const { isError, content } = await host.call('workers_list', {});
  assert.ok(!isError, content[0].text);
  assert.ok(asked, 'nobody was asked');
  await host.close();
});

test('a person is asked once for a program, and is told which one started the bridge', { timeout: 90_000 }, async () => {
  const shown = await App.start({ args: ['--headless'], terminal: true });
  const host = pipes(shown);
  host.read();
  host.send(initialize);
  await host.answer(1);
  host.send(add(2));
  await until('the question', () => shown.log.includes('Anything else denies: '));
  assert.ok(shown.log.includes(process.execPath), shown.log);
  assert.ok(shown.log.includes('stdio.test.mjs'), shown.log);
  assert.ok(!shown.log.includes('flaredeck-bridge'), 'the bridge is not the program that asks');
  shown.type('no\n');
  const refused = await host.answer(2);
  assert.equal(refused.result.isError, true);
  assert.match(refused.result.content[0].text, /said no/);
  host.send(add(3));
  assert.match((await host.answer(3)).result.content[0].text, /just said no/);
  host.child.stdin.end();
  assert.equal((await host.exit)[0], 0);
  assert.equal(await shown.stop(), 0, shown.log);
});

test('the app is killed and comes back: calls go on, and one that may have run is not repeated', { timeout: 60_000 }, async () => {
  let victim = await App.start({ args: AUTO });
  const host = await connect(victim);
  assert.equal((await host.call('add', { a: 23, b: 19 })).content[0].text, '42');
  const again = () => App.start({ args: AUTO, dataDir: victim.dataDir, port: victim.port });
  const kill = async () => {
    const pid = await victim.pid();
    process.kill(pid, 'SIGKILL');
    await victim.exit;
  };

  await kill();
  victim = await again();
  assert.equal((await host.call('add', { a: 1, b: 2 })).content[0].text, '3');

  const pid = await victim.pid();
  process.kill(pid, 'SIGSTOP'); // so that the call is sent and cannot be answered
  await until('each thread to stop', () => fs.readdirSync(`/proc/${pid}/task`).every(
    (thread) => /^State:\s+T/m.test(fs.readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'))));
  const lost = host.call('add', { a: 3, b: 4 });
  const listed = host.list();
  for (let i = 0; i < 2; i++) await host.client.ping(); // the bridge itself answers, behind what it sends
  await kill();
  const failed = await lost;
  assert.equal(failed.isError, true);
  assert.match(failed.content[0].text, /not known whether it was carried out/);
  victim = await again();
  assert.ok((await listed).some((tool) => tool.name === 'add'), 'what does no harm twice is repeated');
  assert.equal((await host.call('add', { a: 5, b: 6 })).content[0].text, '11');
  await host.close();
  assert.equal(await victim.stop(), 0, victim.log);
});

test('what a host may send: a batch, an id twice, a cancellation, and text that would end a header', { timeout: 60_000 }, async () => {
  const host = pipes(app);
  host.read();
  host.send(initialize);
  await host.answer(1);
  const message = (one) => ({ jsonrpc: '2.0', ...one });
  host.child.stdin.write(`${JSON.stringify([message({ id: 20, method: 'ping' }), message({ id: 21, method: 'tools/list' }), message(add(22))])}\n`);
  for (const id of [20, 21, 22]) assert.ok((await host.answer(id)).result, `${id} of the batch`);

  host.child.stdin.write(`${JSON.stringify(message(add(30)))}\n`.repeat(2));
  await until('both answers', () => host.lines.filter((line) => line.id === 30).length === 2);
  assert.equal(host.lines.filter((line) => line.id === 30 && line.result).length, 1, JSON.stringify(host.lines.filter((line) => line.id === 30)));

  for (let id = 40; id < 60; id++) {
    host.send({ id, method: 'tools/list' });
    host.send({ method: 'notifications/cancelled', params: { requestId: id } });
  }
  host.send(add(60));
  assert.equal((await host.answer(60)).result.content[0].text, '42');
  host.child.stdin.end();
  await host.exit;

  const modern = pipes(app);
  modern.read();
  const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientInfo': info, 'io.modelcontextprotocol/clientCapabilities': {} };
  const smuggled = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n';
  modern.send({ id: 1, method: 'resources/read', params: { uri: `x\r\n\r\n${smuggled}`, _meta } });
  assert.ok((await modern.answer(1)).error, 'there is no such resource');
  modern.send({ ...add(2), params: { ...add(2).params, _meta } });
  assert.equal((await modern.answer(2)).result.content[0].text, '42');
  modern.child.stdin.end();
  await modern.exit;
});

test('it starts the app when there is none, and says what to do when nobody can be asked', { timeout: 60_000 }, async () => {
  const dataDir = tempDir();
  fs.writeFileSync(path.join(dataDir, 'settings.ini'), `[server]\nport=${app.port + 1}\n`, { mode: 0o600 });
  const host = pipes({ dataDir });
  host.read();
  host.send(initialize);
  assert.equal((await host.answer(1)).result.serverInfo.name, 'flaredeck');
  host.send(add(2));
  const refused = await host.answer(2);
  assert.equal(refused.result.isError, true);
  assert.ok(refused.result.content[0].text.length > 20, refused.result.content[0].text);
  host.child.stdin.end();
  assert.equal((await host.exit)[0], 0);
  const pid = Number(fs.readFileSync(path.join(dataDir, 'flaredeck.lock'), 'utf8'));
  assert.ok(!isGone(pid), 'the app goes on without the bridge');
  process.kill(pid, 'SIGTERM');
  await until('the app to end', () => isGone(pid));
});

test('it ends with its input, in the middle of a line as well, when told, and with its parent', { timeout: 60_000 }, async () => {
  for (const end of [
    (host) => host.child.stdin.end('{"jsonrpc":"2.0","id":7,"meth'),
    (host) => host.child.kill('SIGTERM'),
    (host) => host.child.kill('SIGINT'),
  ]) {
    const host = pipes(app);
    host.read();
    host.send(initialize);
    await host.answer(1);
    end(host);
    assert.deepEqual(await host.exit, [0, null]);
  }
  // The parent is killed; its pipes stay open here, so that only its death can tell.
  const parent = spawn(process.execPath, ['-e', `
    const child = require('child_process').spawn(${JSON.stringify(BRIDGE)}, ['--data-dir', ${JSON.stringify(app.dataDir)}],
      { stdio: ['inherit', 'inherit', 'inherit'] });
    require('fs').writeSync(3, String(child.pid) + '\\n');
    setInterval(() => {}, 1000);`], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'], env });
  const [told] = await once(parent.stdio[3], 'data');
  const pid = Number(told);
  parent.kill('SIGKILL');
  await until('the bridge to end', () => isGone(pid), 5000);
});

test('four megabytes go through, and a host that does not read harms nobody', { timeout: 60_000 }, async () => {
  const host = pipes(app);
  host.read();
  host.send(initialize);
  await host.answer(1);
  host.send({ id: 2, method: 'tools/call', params: { name: 'add', arguments: { a: 1, b: 1, note: 'x'.repeat(4 * 1024 * 1024) } } });
  const answer = await host.answer(2);
  assert.ok(answer.result || answer.error, JSON.stringify(answer).slice(0, 300));

  const deaf = pipes(app); // nobody reads its output
  deaf.send(initialize);
  for (let id = 10; id < 3000; id++) deaf.send({ id, method: 'tools/list', params: {} });
  host.send(add(3));
  assert.equal((await host.answer(3)).result.content[0].text, '42');
  deaf.child.stdin.end();
  host.child.stdin.end();
  await host.exit;
  await deaf.exit;
});

test('fifty at once', { timeout: 120_000 }, async () => {
  const hosts = await Promise.all(Array.from({ length: 50 }, () => connect(app)));
  const sums = await Promise.all(hosts.map((host) => host.call('add', { a: 23, b: 19 })));
  assert.deepEqual(new Set(sums.map((sum) => sum.content[0].text)), new Set(['42']));
  await Promise.all(hosts.map((host) => host.close()));
});
