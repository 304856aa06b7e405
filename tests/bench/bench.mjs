// Prints the figures that README names. Nothing here passes or fails: it measures.
//   bench.mjs [--seconds N] [--startups N] [--no-window] [--json]
import { execFile, spawn } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { BIN, freePort, tempDir, until } from '../e2e/lib/app.mjs';
import { cpuUs, pssKiB } from './proc.mjs';
import { clientEnvironment } from '../e2e/lib/clients.mjs';
import { listingAll, listsOf, memoryOfTheRest } from './lists.mjs';
import { revokeToRefusal } from './revoke.mjs';
import { stdioServer } from './stdio.mjs';
import { Session, Stateless } from './wire.mjs';

const { values: options } = parseArgs({ options: {
  seconds: { type: 'string', default: '5' }, startups: { type: 'string', default: '10' },
  'no-window': { type: 'boolean' }, json: { type: 'boolean' },
} });
const seconds = Number(options.seconds);
const LOAD = path.join(path.dirname(BIN), 'flaredeck-load');
const CORE = path.join(path.dirname(BIN), 'flaredeck-core');
const OTHERDATA = path.join(path.dirname(BIN), 'flaredeck-otherdata');
const execute = promisify(execFile);
const settle = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const mib = (kib) => (kib / 1024).toFixed(1);

function start(command, args, env = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { log = (log + chunk).slice(-4000); });
  child.once('exit', (code) => { if (code) console.error(`${command} ended with ${code}: ${log}`); });
  return child;
}

async function stop(child) {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

const answers = (url) => new Promise((resolve) => {
  http.get(url, (response) => {
    response.resume();
    resolve(true);
  }).on('error', () => resolve(false));
});

/** flaredeck-core unless `program` says otherwise. */
async function flaredeck({ program = CORE, env = {}, dataDir = tempDir('flaredeck-bench-') } = {}) {
  const port = await freePort();
  const began = performance.now();
  const child = start(program, ['--sandbox', '--auto-approve', '--port', String(port), '--data-dir', dataDir], env);
  const origin = `http://localhost:${port}`;
  for (let tries = 0; !(await answers(`http://127.0.0.1:${port}/mcp`)); tries++) {
    if (tries > 20_000 || child.exitCode !== null) throw new Error('the program does not answer');
    await settle(1);
  }
  return { child, origin, url: `${origin}/mcp`, readyMs: performance.now() - began };
}

/** Registers and signs in as any client does; --auto-approve answers with redirects. */
async function token(origin, resource = `${origin}/mcp`) {
  const listener = http.createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const redirect = `http://127.0.0.1:${listener.address().port}/callback`;
  const json = { 'content-type': 'application/json' };
  const client = await (await fetch(`${origin}/register`, { method: 'POST', headers: json, body: JSON.stringify(
    { client_name: 'bench', redirect_uris: [redirect], token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'] }) })).json();
  const verifier = crypto.randomBytes(32).toString('base64url');
  const challenge = crypto.createHash('sha256').update(verifier).digest('base64url');
  let url = `${origin}/oauth/authorize?${new URLSearchParams({ response_type: 'code', client_id: client.client_id, redirect_uri: redirect, code_challenge: challenge, code_challenge_method: 'S256', resource })}`;
  while (!url.startsWith(redirect)) {
    const answer = await fetch(url, { redirect: 'manual' });
    const next = answer.headers.get('location');
    if (!next) throw new Error(`authorize ends at ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    url = new URL(next, url).href;
  }
  listener.close();
  const code = new URL(url).searchParams.get('code');
  const answer = await (await fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams(
    { grant_type: 'authorization_code', code, redirect_uri: redirect, client_id: client.client_id, code_verifier: verifier }) })).json();
  if (!answer.access_token) throw new Error(`no token: ${JSON.stringify(answer)}`);
  return answer.access_token;
}

/** Repeats each client's `add` as fast as it is answered, by a generator that costs little itself. */
async function load(url, bearer, clients, pid, Client = Session) {
  const dir = tempDir('flaredeck-load-');
  const open = await Promise.all(Array.from({ length: clients }, () => Client.open(url, bearer)));
  const files = open.map((client, i) => {
    const file = path.join(dir, `${i}.request`);
    fs.writeFileSync(file, client.addRequest(2, 3));
    client.pause();
    return file;
  });
  const run = async (duration) => {
    const { stdout } = await execute(LOAD, [new URL(url).port, String(duration), '"text":"5"', ...files]);
    return JSON.parse(stdout);
  };
  await run(1);
  const cpu = cpuUs(pid);
  const { calls, seconds: took, p50Ms, p99Ms } = await run(seconds);
  const used = cpuUs(pid) - cpu;
  open.forEach((client) => client.close());
  return { clients, callsPerSecond: Math.round(calls / took), cpuUsPerCall: Math.round(used / calls), p50Ms, p99Ms };
}

/** From the request that changes the tools to each stream that tells of it, on the protocol engine alone. */
async function listChanged(streams, rounds) {
  const port = await freePort();
  const server = start(path.join(path.dirname(BIN), 'flaredeck-conformance'), ['--port', String(port)]);
  const url = `http://localhost:${port}/mcp`;
  await until('the fixture to answer', () => answers(`http://127.0.0.1:${port}/mcp`));
  const caller = await Stateless.open(url);
  const told = await Promise.all(Array.from({ length: streams }, () => Stateless.open(url)));
  for (const one of told) await one.listen();
  await settle(200);
  const times = [];
  const last = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    let left = told.length;
    const all = new Promise((resolve) => {
      for (const one of told) {
        one.wire.onMore = () => {
          times.push(performance.now() - began);
          if (--left === 0) resolve();
        };
      }
    });
    await caller.call('test_trigger_tool_change');
    await all;
    last.push(performance.now() - began);
  }
  [caller, ...told].forEach((one) => one.close());
  await stop(server);
  return { streams, p50: Number(median(times).toFixed(2)), p50OfTheLast: Number(median(last).toFixed(2)) };
}

const report = { machine: `${os.cpus().length} × ${os.cpus()[0].model}`, node: process.version, load: os.loadavg()[0].toFixed(1) };

// Ready to answer, headless.
const ready = [];
for (let i = 0; i < Number(options.startups); i++) {
  const app = await flaredeck();
  ready.push(app.readyMs);
  await stop(app.child);
}
report.readyMs = { median: Math.round(median(ready)), worst: Math.round(Math.max(...ready)) };

// The same with a thousand clients, each with a grant and five access tokens.
const crowd = tempDir('flaredeck-scale-');
report.crowd = JSON.parse((await execute(path.join(path.dirname(BIN), 'flaredeck-scale'), [crowd])).stdout);
const crowdReady = [];
for (let i = 0; i < 5; i++) {
  const app = await flaredeck({ dataDir: crowd });
  crowdReady.push(app.readyMs);
  const admitted = await fetch(app.url, { method: 'POST', headers: { authorization: `Bearer ${report.crowd.token}`,
    'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}' });
  if (admitted.status !== 200) throw new Error(`a stored token is answered with ${admitted.status}`);
  await stop(app.child);
}
report.crowd.readyMs = { median: Math.round(median(crowdReady)), worst: Math.round(Math.max(...crowdReady)) };

// The way back of what was given.
const busy = await flaredeck({ dataDir: crowd });
report.revoked = await revokeToRefusal(LOAD, busy.origin, 300);
await stop(busy.child);

// Idle, then calls, then idle streams, one process each so that none colours the next.
let app = await flaredeck();
await settle(3000);
report.idlePssMiB = Number(mib(pssKiB(app.child.pid)));
const bearer = await token(app.origin);
report.calls = [];
for (const clients of [1, 8]) report.calls.push(await load(app.url, bearer, clients, app.child.pid));
report.stateless = [];
for (const clients of [1, 8]) report.stateless.push(await load(app.url, bearer, clients, app.child.pid, Stateless));
await stop(app.child);

app = await flaredeck();
const streamToken = await token(app.origin);
const first = await Session.open(app.url, streamToken);
for (let i = 0; i < 50; i++) await first.add(1, i);
await settle(2000);
const before = pssKiB(app.child.pid);
const sessions = [];
// A grant holds at most 32 sessions, so the streams are spread over several grants, as clients are.
for (let i = 0, held = streamToken; i < 200; i++) {
  if (i % 25 === 0) held = await token(app.origin);
  const session = await Session.open(app.url, held);
  await session.listen();
  session.wire.close();
  sessions.push(session);
}
await settle(2000);
report.kibPerIdleStream = Number(((pssKiB(app.child.pid) - before) / sessions.length).toFixed(1));
sessions.forEach((session) => session.close());
first.close();
await stop(app.child);

// Clients without sessions listen by a request that stays open.
app = await flaredeck();
const warm = await Stateless.open(app.url, await token(app.origin));
for (let i = 0; i < 50; i++) await warm.add(1, i);
await settle(2000);
const quiet = pssKiB(app.child.pid);
const listeners = [];
for (let i = 0, held; i < 200; i++) {
  if (i % 50 === 0) held = await token(app.origin);
  const listener = await Stateless.open(app.url, held);
  await listener.listen();
  listeners.push(listener);
}
await settle(2000);
report.kibPerListener = Number(((pssKiB(app.child.pid) - quiet) / listeners.length).toFixed(1));
listeners.forEach((listener) => listener.close());
warm.close();
await stop(app.child);

// All tools: what their lists cost, and what they take beside the first twelve.
app = await flaredeck({ dataDir: listingAll() });
report.lists = await listsOf(app, await token(app.origin, app.origin)); // at every address
await stop(app.child);
report.mibOverTwelveTools = await memoryOfTheRest(async (folder) => {
  const port = await freePort();
  const child = start(OTHERDATA, [folder, tempDir('flaredeck-facts-'), String(port)]);
  await until('the program to answer', () => answers(`http://127.0.0.1:${port}/mcp`));
  return child;
}, stop);

report.listChangedMs = await listChanged(50, 100);

// Hosts that start their servers: our bridge, and the one that they use today.
const bridged = tempDir('flaredeck-bridged-');
app = await flaredeck({ dataDir: bridged });
report.bridge = await stdioServer([path.join(path.dirname(BIN), 'flaredeck-bridge'), '--sandbox', '--data-dir', bridged], process.env);
const remote = path.join(import.meta.dirname, '../e2e/node_modules/mcp-remote/dist/proxy.js');
report.mcpRemote = await stdioServer([process.execPath, remote, app.url], clientEnvironment(tempDir('flaredeck-remote-')));
await stop(app.child);

// The window, on whatever display there is.
if (!options['no-window'] && process.env.DISPLAY) {
  app = await flaredeck({ program: BIN, env: { QT_QPA_PLATFORM: 'xcb' } });
  await settle(4000);
  report.windowPssMiB = Number(mib(pssKiB(app.child.pid)));
  await stop(app.child);
}

// The official SDK's servers in the same run.
async function loadPeer(file, Client) {
  const port = await freePort();
  const peer = start(process.execPath, [path.join(import.meta.dirname, '../e2e/lib', file), String(port)]);
  await until('the peer to answer', () => answers(`http://127.0.0.1:${port}/mcp`));
  const rows = [];
  for (const clients of [1, 8]) rows.push(await load(`http://localhost:${port}/mcp`, undefined, clients, peer.pid, Client));
  await stop(peer);
  return rows;
}
report.sdk1 = await loadPeer('sdk1-server.mjs', Session);
report.sdk2 = await loadPeer('sdk2-server.mjs', Stateless);
report.timesSdk2 = Number((report.stateless[1].callsPerSecond / report.sdk2[1].callsPerSecond).toFixed(2));
report.timesSdk1 = Number((report.calls[1].callsPerSecond / report.sdk1[1].callsPerSecond).toFixed(2));

if (options.json) {
  console.log(JSON.stringify(report, null, 2));
} else {
  const row = (name, one) => console.log(`  ${name.padEnd(12)} ${String(one.clients).padStart(2)} clients  ${String(one.callsPerSecond).padStart(6)} calls/s  ${String(one.cpuUsPerCall).padStart(4)} µs CPU/call  p50 ${one.p50Ms} ms  p99 ${one.p99Ms} ms`);
  console.log(`${report.machine}, node ${report.node}, load ${report.load}\n`);
  console.log(`ready to answer, headless   median ${report.readyMs.median} ms, worst of ${ready.length} ${report.readyMs.worst} ms`);
  console.log(`with ${report.crowd.clients} clients and ${report.crowd.tokens} tokens   median ${report.crowd.readyMs.median} ms, worst of ${crowdReady.length} ${report.crowd.readyMs.worst} ms; a token is checked in ${report.crowd.checkUs} µs; the slowest page of ${report.crowd.calls} calls is read in ${report.crowd.pageMs} ms`);
  console.log(`revoking under load, ${report.revoked.grants} grants: the next call is refused after p50 ${report.revoked.refusedMs.p50} ms, p99 ${report.revoked.refusedMs.p99} ms; the stream is closed after p50 ${report.revoked.streamClosedMs.p50} ms, p99 ${report.revoked.streamClosedMs.p99} ms`);
  console.log(`idle, headless              ${report.idlePssMiB} MiB PSS`);
  console.log(`idle, window open           ${report.windowPssMiB ? `${report.windowPssMiB} MiB PSS` : 'not measured: no display'}`);
  console.log(`an idle stream, of 200      ${report.kibPerIdleStream} KiB PSS`);
  console.log(`an idle listen stream, of ${listeners.length}  ${report.kibPerListener} KiB PSS`);
  console.log(`all tools beside twelve      ${report.mibOverTwelveTools} MiB PSS`);
  console.log('tools/list, by address:');
  for (const [name, one] of Object.entries(report.lists)) {
    console.log(`  ${name.padEnd(14)} ${String(one.tools).padStart(3)} tools  ${String(one.bytes).padStart(6)} bytes  ~${String(one.tokens).padStart(5)} tokens  ${one.cpuMs} ms CPU`);
  }
  console.log(`list_changed to ${report.listChangedMs.streams} streams   p50 ${report.listChangedMs.p50} ms, until the last has it ${report.listChangedMs.p50OfTheLast} ms`);
  for (const [name, one] of [['flaredeck-bridge', report.bridge], ['mcp-remote', report.mcpRemote]]) {
    console.log(`${name.padEnd(17)} first list of tools after ${one.readyMs} ms, ${one.pssMiB} MiB PSS, add in ${one.callMs} ms (median), ${one.cpuUsPerCall} µs CPU/call`);
  }
  console.log('authenticated add, history on, beside an SDK v1 server without either:');
  report.calls.forEach((one) => row('flaredeck', one));
  report.sdk1.forEach((one) => row('SDK v1', one));
  console.log(`  flaredeck does ${report.timesSdk1} times the SDK v1 server's calls at 8 clients`);
  console.log('the same without sessions (2026-07-28), beside an SDK v2 server:');
  report.stateless.forEach((one) => row('flaredeck', one));
  report.sdk2.forEach((one) => row('SDK v2', one));
  console.log(`  flaredeck does ${report.timesSdk2} times the SDK v2 server's calls at 8 clients`);
}
