// The official conformance suite against the protocol engine with the suite's own fixture. Prints the
// summary of each requirement set.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { tempDir } from './lib/app.mjs';

const SUITE = path.resolve(import.meta.dirname, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

/** Checks that pass in each set, scenarios that are not scored included; no other check may fail or warn. */
const SETS = { '2025-11-25': 84, '2026-07-28': 197 };

let server;
let url;
before(async () => {
  server = spawn(process.env.FLAREDECK_CONFORMANCE_BIN, ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((resolve, reject) => {
    server.stdout.once('data', (chunk) => resolve(Number(chunk)));
    server.once('exit', (code) => reject(new Error(`the fixture ended with ${code}`)));
  });
  url = `http://localhost:${port}/mcp`;
});
after(() => server.kill());

function run(set, out) {
  return new Promise((resolve) => {
    execFile(process.execPath, [SUITE, 'server', '--url', url, '--requirements', set, '-o', out],
      { timeout: 120_000, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => resolve({ code: error ? error.code ?? 1 : 0, text: stdout + stderr }));
  });
}

for (const [set, passed] of Object.entries(SETS)) {
  test(`conformance with ${set}`, { timeout: 150_000 }, async () => {
    const out = tempDir('flaredeck-conformance-');
    const { code, text } = await run(set, out);
    console.log(text.slice(text.lastIndexOf('===')));
    const failing = new Set();
    const counts = {};
    for (const folder of fs.readdirSync(out)) {
      const file = path.join(out, folder, 'checks.json');
      if (!fs.existsSync(file)) continue;
      for (const check of JSON.parse(fs.readFileSync(file, 'utf8'))) {
        counts[check.status] = (counts[check.status] ?? 0) + 1;
        if (check.status === 'FAILURE' || check.status === 'WARNING')
          failing.add(folder.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, ''));
      }
    }
    assert.deepEqual([...failing], [], text);
    assert.equal(counts.SUCCESS, passed, JSON.stringify(counts));
    assert.equal(code, 0, 'a scored scenario failed');
  });
}
