// Entering Flaredeck into the configurations of clients, from a terminal, in a home directory of the test's own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { App, BIN, freePort, tempDir } from './lib/app.mjs';

const CORE = path.join(path.dirname(BIN), 'flaredeck-core');

const home = tempDir();
const env = { HOME: home, XDG_CONFIG_HOME: path.join(home, '.config'), CLAUDE_CONFIG_DIR: '', CODEX_HOME: '' };
let app;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'], env });
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

const file = (name) => path.join(home, name);
function put(name, content) {
  fs.mkdirSync(path.dirname(file(name)), { recursive: true });
  fs.writeFileSync(file(name), content);
}
const read = (name) => fs.readFileSync(file(name), 'utf8');

async function run(...words) {
  const child = spawn(CORE, ['connect', ...words, '--sandbox', '--data-dir', app.dataDir],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const result = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (chunk) => { result[stream] += chunk; });
  [result.code] = await once(child, 'close');
  return result;
}
async function ok(...words) {
  const result = await run(...words);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout;
}
const stateOf = async (client) => JSON.parse(await ok('--json')).find((row) => row.client === client);

test('a client is found, shown what would change, connected, seen, and taken out to the byte', { timeout: 60_000 }, async () => {
  assert.equal(await stateOf('cursor'), undefined);
  const before = '\ufeff// my servers\r\n{\r\n\t"mcpServers": {\r\n\t\t"other": { "command": "true" }, // keep\r\n\t}\r\n}\r\n';
  put('.cursor/mcp.json', before);
  fs.chmodSync(file('.cursor/mcp.json'), 0o640);
  assert.equal((await stateOf('cursor')).state, 'not connected');

  const shown = await ok('cursor', '--bridge', '--print');
  assert.match(shown, /In ~\/\.cursor\/mcp\.json this changes/);
  assert.match(shown, /^\+.*flaredeck-bridge/m);
  assert.equal(read('.cursor/mcp.json'), before, 'it was only shown');
  const link = new URL(/^Or open: (cursor:\S+)$/m.exec(shown)[1]);
  assert.match(JSON.parse(Buffer.from(link.searchParams.get('config'), 'base64')).command, /flaredeck-bridge$/);
  const [plan] = JSON.parse(await ok('claude-code', '--address', '--print', '--json'));
  assert.equal(plan.command, `claude mcp add --transport http --scope user flaredeck ${app.origin}/mcp`);
  assert.equal(plan.link, '', 'Claude Code has none');

  assert.match(await ok('cursor', '--bridge'), /Cursor was connected/);
  const after = read('.cursor/mcp.json');
  assert.ok(after.startsWith(before.slice(0, before.indexOf('}, // keep'))), after);
  assert.ok(after.endsWith('\r\n\t}\r\n}\r\n'), after);
  assert.equal(fs.statSync(file('.cursor/mcp.json')).mode & 0o777, 0o640);
  assert.deepEqual(fs.readdirSync(file('.cursor')), ['mcp.json'], 'nothing is left beside it');
  assert.equal((await stateOf('cursor')).state, 'configured');

  // What stands there now is what a host starts.
  const { flaredeck } = JSON.parse(after.replace(/^\ufeff|\/\/.*$/gm, '').replace(/,(\s*})/g, '$1')).mcpServers;
  const client = new Client({ name: 'cursor', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ ...flaredeck, env: { ...process.env, ...env } }));
  assert.equal((await client.callTool({ name: 'add', arguments: { a: 23, b: 19 } })).content[0].text, '42');
  await client.close();

  assert.match(await ok('cursor', '--undo'), /as it was before/);
  assert.equal(read('.cursor/mcp.json'), before);
  assert.equal((await run('cursor', '--undo')).code, 1);
});

test('mcp-remote is replaced under its name, and a broken file is left alone', { timeout: 60_000 }, async () => {
  const relay = { command: 'npx', args: ['-y', 'mcp-remote', `${app.origin}/mcp`], env: { API_KEY: 'very-secret-value' } };
  put('.config/Claude/claude_desktop_config.json', JSON.stringify({ mcpServers: { cloudflare: relay } }, null, 2));
  const shown = await ok('claude-desktop');
  assert.match(shown, /Replaced: cloudflare: the command npx with 3 more words, values for API_KEY/);
  assert.doesNotMatch(shown, /very-secret-value/);
  const { mcpServers } = JSON.parse(read('.config/Claude/claude_desktop_config.json'));
  assert.deepEqual(Object.keys(mcpServers), ['cloudflare']);
  assert.match(mcpServers.cloudflare.command, /flaredeck-bridge$/);
  assert.doesNotMatch(app.log, /very-secret-value/);

  put('.gemini/settings.json', '{\n  "mcpServers": {\n    "a": 1 "b": 2\n  }\n}\n');
  const refused = await run('gemini');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /[Ll]ine 3/);
  assert.equal((await stateOf('gemini')).state, 'unreadable');
});

test('wrong use is told, and nothing is written', { timeout: 60_000 }, async () => {
  assert.equal((await run('nobody')).code, 1);
  assert.match((await run('nobody')).stderr, /It knows .*claude-code/);
  for (const words of [['cursor', '--address', '--bridge'], ['cursor', '--undo', '--print'], ['--undo'], ['cursor', 'zed']])
    assert.equal((await run(...words)).code, 2, words.join(' '));
  assert.equal(fs.existsSync(file('.config/zed')), false);
});

test('another port is written where the former one was', { timeout: 60_000 }, async () => {
  await ok('codex', '--address');
  assert.match(read('.codex/config.toml'), new RegExp(`"${app.origin}/mcp"`));
  const { dataDir } = app;
  assert.equal(await app.stop(), 0, app.log);
  app = await App.start({ args: ['--headless', '--auto-approve'], env, dataDir, port: await freePort() });
  assert.equal((await stateOf('codex')).state, 'differently');
  await ok('codex', '--address');
  assert.match(read('.codex/config.toml'), new RegExp(`"${app.origin}/mcp"`));
  assert.match(await ok('codex', '--undo'), /removed; it had not been there/);
  assert.equal(fs.existsSync(file('.codex/config.toml')), false);
});
