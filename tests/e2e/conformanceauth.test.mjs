// The official suite's authorization-server scenarios against the real program. The suite ends with success
// when it skips, so what passed is counted.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { App, freePort, tempDir } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import * as plain from './lib/plain.mjs';

const SUITE = path.resolve(import.meta.dirname, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

const VERSIONS = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'];
/** What passes in each run, and nothing else may be reported. */
const PASSED = ['authorization-code-grant', 'authorization-server-metadata'];
/** Client metadata documents belong to the newer revisions. */
const CIMD = 'authorization-server-metadata-cimd';
const WITH_CIMD = ['2025-11-25', '2026-07-28'];

let app;
let client;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
  // The suite brings no client of its own. A loopback redirect may come at any port (RFC 8252 §7.3).
  client = (await plain.register(app.origin, 'http://127.0.0.1/callback')).body.client_id;
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

/**
 * The client was registered by this test, so the suite is a stranger to the app unless it listens when it is asked about.
 * It prints the address before it does.
 */
async function listening(url) {
  const { hostname, port } = new URL(new URL(url).searchParams.get('redirect_uri'));
  for (;;) {
    const socket = net.connect(Number(port), hostname);
    const open = await new Promise((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** One run of both scenarios; whoever is asked to open an address does so. */
async function run(args) {
  const out = tempDir('flaredeck-conformance-');
  const suite = spawn(process.execPath, [SUITE, 'authorization', ...args, '-o', out], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const visits = [];
  const read = (chunk) => {
    text += chunk;
    const url = /^\s*(http\S*\/authorize\?\S+)\n/m.exec(text)?.[1];
    if (url && visits.length === 0) visits.push(listening(url).then(() => browse(url)));
  };
  suite.stdout.setEncoding('utf8').on('data', read);
  suite.stderr.setEncoding('utf8').on('data', read);
  const [code] = await once(suite, 'exit');
  await Promise.all(visits);
  const checks = fs.readdirSync(out, { recursive: true }).filter((file) => path.basename(file) === 'checks.json')
    .flatMap((file) => JSON.parse(fs.readFileSync(path.join(out, file), 'utf8')));
  return { code, text, checks, visits: visits.length };
}

const RUNS = [
  ...VERSIONS.map((version) => ({ version, host: 'localhost', withResource: true })),
  { version: VERSIONS.at(-1), host: '127.0.0.1', withResource: false },
];
for (const { version, host, withResource } of RUNS) {
  test(`authorization server, ${version}, at ${host} ${withResource ? 'with' : 'without'} a resource`, { timeout: 90_000 }, async () => {
    const origin = `http://${host}:${app.port}`;
    const { code, text, checks, visits } = await run(['--url', origin, '--client-id', client,
      '--port', String(await freePort()), '--spec-version', version, ...(withResource ? ['--resource', `${origin}/mcp`] : [])]);
    const ids = (passed) => checks.filter(({ status }) => (status === 'SUCCESS') === passed).map(({ status, id }) => (passed ? id : `${status} ${id}`));
    assert.deepEqual(ids(true).sort(), WITH_CIMD.includes(version) ? [...PASSED, CIMD] : PASSED, text);
    assert.deepEqual(ids(false), [], text);
    assert.equal(visits, 1, 'the person was sent to the browser');
    assert.equal(code, 0, text);
    console.log(text.slice(text.lastIndexOf('===')).trim());
  });
}
