// The official conformance suite's client scenarios against our side of MCP with remote servers. Prints the totals
// of each requirement set.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { tempDir } from './lib/app.mjs';

const SUITE = path.resolve(import.meta.dirname, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

// Not among them: auth/basic-cimd and auth/pre-registration (we register ourselves at each server and have neither a
// document of our own in the web nor credentials given by hand) and auth/authorization-server-migration.
const BOTH = ['tools_call', ...['metadata-default', 'metadata-var1', 'metadata-var2', 'metadata-var3',
  'scope-from-www-authenticate', 'scope-from-scopes-supported', 'scope-omitted-when-undefined', 'scope-step-up',
  'scope-retry-limit', 'token-endpoint-auth-basic', 'token-endpoint-auth-post', 'token-endpoint-auth-none']
  .map((name) => `auth/${name}`)];
const NEWER = ['resource-mismatch', 'offline-access-scope', 'offline-access-not-supported', 'iss-supported',
  'iss-not-advertised', 'iss-supported-missing', 'iss-wrong-issuer', 'iss-unexpected', 'iss-normalized',
  'metadata-issuer-mismatch'].map((name) => `auth/${name}`);
const SETS = {
  '2025-11-25': ['initialize', 'elicitation-sep1034-client-defaults', 'sse-retry', ...BOTH],
  '2026-07-28': ['request-metadata', 'sep-2322-client-request-state', 'http-standard-headers', 'http-custom-headers',
    'http-invalid-tool-headers', 'json-schema-ref-no-deref', 'json-schema-2020-12-preservation', ...BOTH, ...NEWER],
};

/** One scenario: {name, code, checks, text}. */
function run(revision, name) {
  const out = tempDir('flaredeck-conformance-');
  return new Promise((resolve) => {
    execFile(process.execPath, [SUITE, 'client', '--spec-version', revision, '--scenario', name,
      '--command', process.env.FLAREDECK_CONFORMANCE_CLIENT_BIN, '--timeout', '120000', '-o', out],
    { timeout: 150_000, maxBuffer: 64 << 20, env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' } },
    (error, stdout, stderr) => {
      const checks = fs.readdirSync(out, { recursive: true }).filter((file) => path.basename(file) === 'checks.json')
        .flatMap((file) => JSON.parse(fs.readFileSync(path.join(out, file), 'utf8')));
      resolve({ name, code: error ? error.code ?? 1 : 0, checks, text: stdout + stderr });
    });
  });
}

for (const [revision, names] of Object.entries(SETS)) {
  test(`client scenarios of ${revision}`, { timeout: 1_200_000 }, async () => {
    const counts = {};
    const failing = [];
    for (const name of names) { // one after the other: some measure time
      const { code, checks, text } = await run(revision, name);
      for (const { status } of checks) counts[status] = (counts[status] ?? 0) + 1;
      const bad = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING');
      if (code !== 0 || bad.length > 0 || checks.length === 0)
        failing.push(`${name} (${code}): ${bad.map(({ id, errorMessage }) => `${id}: ${errorMessage}`).join('; ') || text.slice(-1500)}`);
    }
    console.log(`${revision}: ${names.length - failing.length} of ${names.length} scenarios, ${JSON.stringify(counts)}`);
    assert.deepEqual(failing, []);
  });
}
