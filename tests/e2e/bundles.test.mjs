// What is for other programs' stores: the extension for Claude Desktop, started as that would, with and without an
// installed bridge; the folder of plugins; the entry for the MCP registry. Which clients took them is in
// docs/installers.md.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { Client as Client2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { App, BIN, tempDir, until } from './lib/app.mjs';
import { mainJob, TOOLS, toolsOf } from './lib/steps.mjs';
import { readStrictly } from './lib/strictzip.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MAKERS = path.join(ROOT, 'installers/bundles');
const MCPB = path.join(import.meta.dirname, 'node_modules/.bin/mcpb');
const HOME_PAGE = 'https://github.com/example/flaredeck';
const SETUP = 'flaredeck_setup';
const execute = promisify(execFile);
const info = { name: 'claude-ai', version: '0.1.0' };

function make(kind, { env = {}, folder = tempDir('flaredeck-bundles-') } = {}) {
  const { FLAREDECK_HOME, SOURCE_DATE_EPOCH, ...rest } = process.env;
  execFileSync(path.join(MAKERS, `make-${kind}.mjs`), [folder], { env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  return folder;
}
const onlyFile = (folder, end) => path.join(folder, fs.readdirSync(folder).find((name) => name.endsWith(end)));
const readJson = (...names) => JSON.parse(fs.readFileSync(path.join(...names), 'utf8'));
const filesIn = (folder) => fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();

/** What Claude Desktop unpacks. It gives no file the right to be executed on macOS, so none may need it. */
function unpack(zip) {
  const folder = tempDir('flaredeck-extension-');
  for (const [name, { bytes }] of Object.entries(readStrictly(zip))) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), bytes, { mode: 0o600 });
  }
  return folder;
}

/** A computer on whose PATH there is Node, and whatever else is linked: { name: target }. */
function computer(programs = {}) {
  const folder = tempDir('flaredeck-path-');
  for (const [name, target] of Object.entries({ node: process.execPath, ...programs })) fs.symlinkSync(target, path.join(folder, name));
  return { ...process.env, HOME: tempDir('flaredeck-home-'), PATH: folder };
}

/** The extension's command, with the one variable that it uses. */
function commandOf(folder, env) {
  const { command, args } = readJson(folder, 'manifest.json').server.mcp_config;
  return { command, args: args.map((word) => word.replaceAll('${__dirname}', folder)), env, stderr: 'pipe' };
}

async function connect(params) {
  const client = new Client(info);
  const transport = new StdioClientTransport(params);
  await client.connect(transport);
  return {
    client, transport,
    list: async () => (await client.listTools()).tools,
    call: (name, args) => client.callTool({ name, arguments: args }),
  };
}

/** Processes that run this file, by the kernel's word. */
const running = (file) => fs.readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(file);
  } catch {
    return false;
  }
});

describe('the extension for Claude Desktop', () => {
  let bundle;
  let extension;
  let app;
  before(async () => {
    bundle = fs.readFileSync(onlyFile(make('mcpb', { env: { FLAREDECK_HOME: HOME_PAGE } }), '.mcpb'));
    extension = unpack(bundle);
    const dataDir = tempDir();
    app = await App.start({ args: ['--headless', '--auto-approve'], dataDir });
  });
  after(async () => {
    assert.equal(await app.stop(), 0, app.log);
  });

  /** The bridge takes no arguments here, and finds the app by the data directory of its user. */
  function withBridge() {
    const env = computer({ 'flaredeck-bridge': path.join(path.dirname(BIN), 'flaredeck-bridge') });
    env.XDG_DATA_HOME = path.join(env.HOME, 'data');
    fs.mkdirSync(env.XDG_DATA_HOME);
    fs.symlinkSync(app.dataDir, path.join(env.XDG_DATA_HOME, 'flaredeck'));
    return env;
  }

  test('two builds of a commit have the same bytes', () => {
    for (const epoch of [{}, { SOURCE_DATE_EPOCH: '1700000000' }]) {
      const [one, other] = [1, 2].map(() => fs.readFileSync(onlyFile(make('mcpb', { env: epoch }), '.mcpb')));
      assert.ok(one.equals(other));
    }
  });

  test('the zip ends with its end record, and no file is near the size that Claude Desktop stumbles over', () => {
    const files = readStrictly(bundle);
    assert.deepEqual(Object.keys(files), ['icon.png', 'manifest.json', 'server/launcher.js']);
    for (const [name, { bytes, mode }] of Object.entries(files)) {
      assert.ok(bytes.length < 100_000, name);
      assert.equal(mode, 0o644, name);
    }
    assert.ok(bundle.length < 40_000, `${bundle.length} bytes`);
    for (const more of ['\n', 'MCPB_SIG_V1']) assert.throws(() => readStrictly(Buffer.concat([bundle, Buffer.from(more)])));
    assert.throws(() => readStrictly(Buffer.concat([Buffer.from('\n'), bundle])));
  });

  test('its manifest is valid, and names its icon, its tools and where data go', async () => {
    const { stdout } = await execute(process.execPath, [MCPB, 'validate', extension]);
    assert.match(stdout, /Manifest schema validation passes/);
    const manifest = readJson(extension, 'manifest.json');
    const promised = manifest.tools.map((tool) => tool.name);
    assert.deepEqual(TOOLS.filter((name) => !promised.includes(name)), []);
    assert.ok(!promised.some((name) => toolsOf('radar').includes(name) && !TOOLS.includes(name)), 'what is off is not promised');
    assert.deepEqual(manifest.privacy_policies,
      [`${HOME_PAGE}/blob/main/docs/privacy.md`, 'https://www.cloudflare.com/privacypolicy/']);
    assert.ok(fs.existsSync(path.join(ROOT, 'docs/privacy.md')));
    const icon = fs.readFileSync(path.join(extension, manifest.icon));
    assert.equal(icon.toString('latin1', 1, 4), 'PNG');
    assert.equal(icon.readUInt32BE(16), icon.readUInt32BE(20), 'square');
  });

  test('without the address of the project it links nothing of it', () => {
    const manifest = readJson(unpack(fs.readFileSync(onlyFile(make('mcpb'), '.mcpb'))), 'manifest.json');
    for (const link of ['homepage', 'repository', 'documentation', 'support']) assert.ok(!(link in manifest), link);
    assert.equal(manifest.privacy_policies.length, 1);
  });

  test('with the bridge installed a host does the main job, and sees the tools that the manifest promises', { timeout: 60_000 }, async () => {
    const host = await connect(commandOf(extension, withBridge()));
    assert.deepEqual((await host.list()).map((tool) => tool.name).sort(), TOOLS);
    await mainJob(host);
    await host.client.close();
  });

  for (const [how, stop] of [
    ['closes its pipe', (child) => child.stdin.end()],
    ['sends SIGTERM', (child) => child.kill('SIGTERM')],
    ['kills the launcher', (child) => child.kill('SIGKILL')],
  ]) {
    test(`when the host ${how} nothing is left running`, { timeout: 60_000 }, async () => {
      const env = withBridge();
      const { command, args } = commandOf(extension, env);
      const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
      const exit = once(child, 'exit');
      const bridge = path.join(env.PATH, 'flaredeck-bridge');
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`);
      const [answer] = await once(child.stdout, 'data');
      assert.deepEqual(JSON.parse(answer), { jsonrpc: '2.0', id: 1, result: {} });
      assert.equal(running(bridge).length, 1);
      stop(child);
      await exit;
      await until('the bridge to be gone', () => running(bridge).length === 0);
    });
  }

  const isInstalledHere = ['/usr/bin', '/usr/local/bin'].some((folder) => fs.existsSync(path.join(folder, 'flaredeck-bridge')))
    && 'a bridge is installed on this computer';

  test('without the bridge a host is told what is missing and where to get it', { timeout: 60_000, skip: isInstalledHere }, async () => {
    const sentence = new RegExp(`app is not installed on this computer.*${HOME_PAGE}/releases`);
    const env = computer();
    const host = await connect(commandOf(extension, env));
    assert.match(host.client.getInstructions(), sentence);
    const [setup, ...others] = await host.list();
    assert.equal(setup.name, SETUP);
    assert.match(setup.description, sentence);
    assert.deepEqual(others, []);
    const answer = await host.call(SETUP, {});
    assert.ok(answer.isError);
    assert.match(answer.content[0].text, sentence);
    await assert.rejects(host.call('accounts_list', {}), sentence);

    fs.mkdirSync(path.join(env.HOME, '.local/bin'), { recursive: true });
    fs.symlinkSync(path.join(path.dirname(BIN), 'flaredeck-bridge'), path.join(env.HOME, '.local/bin/flaredeck-bridge'));
    assert.match((await host.call(SETUP, {})).content[0].text, /is installed now. Switch this extension off and on/);
    await host.client.close();
  });

  test('without the bridge a host of the newest revision is told, too', { timeout: 60_000, skip: isInstalledHere }, async () => {
    const client = new Client2(info, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new Stdio2(commandOf(extension, computer())));
    assert.match(client.getInstructions(), /not installed on this computer/);
    await client.close();
  });

  for (const [what, content, reason] of [
    ['cannot be started', '#!/nonexistent/interpreter\n', 'ENOENT'],
    ['ends at once, as without its libraries', '#!/bin/sh\nexit 127\n', 'it ended with 127'],
    ['ends once it is asked', '#!/bin/sh\nread -r line\nexit 3\n', 'it ended with 3'],
  ]) {
    test(`a bridge that ${what} is named with the reason`, { timeout: 60_000 }, async () => {
      const file = path.join(tempDir(), 'broken');
      fs.writeFileSync(file, content, { mode: 0o755 });
      const host = await connect(commandOf(extension, computer({ 'flaredeck-bridge': file })));
      assert.match(host.client.getInstructions(), new RegExp(`bridge \\S+/flaredeck-bridge does not run: ${reason}\\. Install Flaredeck from`));
      assert.deepEqual((await host.list()).map((tool) => tool.name), [SETUP]);
      await host.client.close();
    });
  }
});

describe('the folder of plugins', () => {
  let market;
  let plugin;
  before(() => {
    market = path.join(make('plugins', { env: { FLAREDECK_HOME: HOME_PAGE } }), 'plugins');
    plugin = path.join(market, 'flaredeck');
  });

  test('two builds of a commit have the same files', () => {
    const again = path.join(make('plugins', { env: { FLAREDECK_HOME: HOME_PAGE } }), 'plugins');
    assert.deepEqual(filesIn(again), filesIn(market));
    for (const file of filesIn(market))
      assert.ok(fs.readFileSync(path.join(market, file)).equals(fs.readFileSync(path.join(again, file))), file);
  });

  test('Agent Plugins 1.0: closed manifests of one version, and a command that is found on the PATH', () => {
    const manifest = readJson(plugin, 'plugin.json');
    const allowed = ['$schema', 'name', 'version', 'description', 'author', 'homepage', 'repository', 'license', 'keywords', 'extensions'];
    assert.deepEqual(Object.keys(manifest).filter((key) => !allowed.includes(key)), []);
    assert.match(manifest.name, /^(?!.*(?:--|\.\.))[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?$/);
    assert.deepEqual(Object.keys(manifest.author).filter((key) => !['name', 'email', 'url'].includes(key)), []);
    const mcp = readJson(plugin, 'mcp.json');
    assert.deepEqual(Object.keys(mcp), ['$schema', 'mcpServers']);
    for (const [file, { $schema }] of [['plugin', manifest], ['mcp', mcp]])
      assert.equal($schema, `https://agent-plugins.org/schemas/1.0.0/${file}.schema.json`);
    assert.deepEqual(mcp.mcpServers, { flaredeck: { type: 'stdio', command: 'flaredeck-bridge' } });
  });

  test('Claude Code and the marketplaces say the same of it', () => {
    const { $schema, ...manifest } = readJson(plugin, 'plugin.json');
    assert.deepEqual(readJson(plugin, '.claude-plugin/plugin.json'), manifest);
    assert.deepEqual(readJson(plugin, '.mcp.json'), { mcpServers: { flaredeck: { command: 'flaredeck-bridge' } } });
    const [claude] = readJson(market, '.claude-plugin/marketplace.json').plugins;
    const [codex] = readJson(market, '.agents/plugins/marketplace.json').plugins;
    for (const folder of [claude.source, codex.source.path]) assert.equal(path.resolve(market, folder), plugin);
    assert.deepEqual([claude.name, codex.name], [manifest.name, manifest.name]);
  });

  describe('its skills', () => {
    let app;
    before(async () => {
      app = await App.start({ args: ['--headless', '--auto-approve'] });
    });
    after(async () => {
      assert.equal(await app.stop(), 0, app.log);
    });
    const skills = () => fs.readdirSync(path.join(plugin, 'skills')).map((name) => ({
      name, text: fs.readFileSync(path.join(plugin, 'skills', name, 'SKILL.md'), 'utf8'),
    }));
    const blocks = (language) => skills().flatMap(({ text }) => [...text.matchAll(/^```(\w+)(?: (\w+))?\n([^]*?)^```$/gm)])
      .filter(([, tag]) => tag === language).map(([, , tool, code]) => ({ tool, code }));

    test('are named as their folders, and say when they help', () => {
      assert.equal(skills().length, 2);
      for (const { name, text } of skills()) {
        const [, front] = text.match(/^---\n([^]*?)\n---\n/);
        assert.match(front, new RegExp(`^name: ${name}\ndescription: .{50,1000} Use when .+$`));
      }
    });

    test('name only tools that there are', () => {
      const known = new RegExp(`^(${TOOLS.join('|')})$`);
      const named = skills().flatMap(({ text }) => [...text.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, word]) => word))
        .filter((word) => /^(accounts|set|workers?|query|observability)_/.test(word));
      assert.ok(named.length > 5);
      for (const name of named) assert.match(name, known);
    });

    test('show queries that work', { timeout: 60_000 }, async () => {
      const host = await connect({
        command: path.join(path.dirname(BIN), 'flaredeck-bridge'), args: ['--data-dir', app.dataDir], env: { ...process.env },
      });
      const { content } = await host.call('accounts_list', {});
      await host.call('set_active_account', { activeAccountIdParam: /[0-9a-f]{32}/.exec(content[0].text)[0] });
      const queries = blocks('json');
      assert.ok(queries.length >= 2);
      for (const { tool, code } of queries) {
        const result = await host.call(tool, JSON.parse(code));
        assert.ok(!result.isError, result.content[0].text);
      }
      await host.client.close();
    });

    test('show commands that work', { timeout: 60_000 }, async () => {
      const lines = blocks('sh').flatMap(({ code }) => code.trim().split('\n'));
      assert.ok(lines.length >= 5);
      for (const line of lines) {
        const [program, ...words] = line.split(' ');
        await execute(path.join(path.dirname(BIN), program), [...words, '--data-dir', app.dataDir]);
      }
    });
  });
});

describe('the entry for the MCP registry', () => {
  test('names the extension of a release by its address and its hash', () => {
    const folder = make('server', { env: { FLAREDECK_HOME: HOME_PAGE } });
    const entry = readJson(folder, 'server.json');
    assert.equal(entry.$schema, 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json');
    assert.equal(entry.name, 'io.github.example/flaredeck');
    assert.match(entry.name, /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
    assert.ok(entry.description.length >= 1 && entry.description.length <= 100, 'at most 100 characters');
    assert.ok(entry.title.length <= 100);
    assert.match(entry.version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(entry.repository, { url: HOME_PAGE, source: 'github' });
    const [bundle, ...others] = entry.packages;
    assert.deepEqual(others, []);
    const file = onlyFile(folder, '.mcpb');
    assert.deepEqual(bundle, {
      registryType: 'mcpb',
      identifier: `${HOME_PAGE}/releases/download/v${entry.version}/${path.basename(file)}`,
      version: entry.version,
      fileSha256: crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex'),
      transport: { type: 'stdio' },
    });
  });

  test('is not made where nobody knows the address, and not for another host', () => {
    assert.deepEqual(fs.readdirSync(make('server')), []);
    assert.throws(() => make('server', { env: { FLAREDECK_HOME: 'https://example.org/flaredeck' } }), /releases on GitHub/);
  });
});
