// Real MCP clients from npm, unmodified: Flaredeck enters itself into the configuration of each, in an empty home directory
// of its own, and the client is started without a model. Printed is what the client's own listing says, whether Flaredeck
// heard of it and as whom, whether undoing left the home as it was, and whether the client's own command, as Flaredeck shows it,
// does the same as the change.
//   node clients.mjs [--address] [NAME…]
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { App, tempDir, until } from '../e2e/lib/app.mjs';
import { CLIENTS } from './table.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const INSTALLED = path.join(ROOT, 'build/clients');
const CORE = path.join(ROOT, 'build/bin/flaredeck-core');
const LIMIT_MS = 90_000;
const execute = promisify(execFile);

const words = process.argv.slice(2);
const way = words.includes('--address') ? '--address' : '--bridge';
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.filter((name) => !CLIENTS[name]);
if (unknown.length > 0) {
  console.error(`There is no client ${unknown.join(', ')}. There are: ${Object.keys(CLIENTS).join(' ')}`);
  process.exit(2);
}

/** Without install scripts, but for the one that is named. `program` is linked where the package itself names none. */
async function install(name, { spec, bin, program, setup }) {
  const folder = path.join(INSTALLED, name);
  if (!fs.existsSync(path.join(folder, 'node_modules/.bin', bin))) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
    await execute('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', spec], { cwd: folder });
    if (setup) await execute(process.execPath, [setup], { cwd: folder });
    if (program) {
      fs.mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
      fs.symlinkSync(path.join('..', program), path.join(folder, 'node_modules/.bin', bin));
    }
  }
  return path.join(folder, 'node_modules/.bin');
}

/** Processes that were started with that home directory, daemons too. */
function* processesOf(home) {
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${home}`)) yield Number(pid);
    } catch { /* it has ended, or is not ours */ }
  }
}
function endAll(home, except) {
  for (const pid of processesOf(home)) {
    if (pid === except) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch { /* it has ended */ }
  }
}

/** The client's program in a bare environment, without input; what it printed, whatever its exit code. */
function runner(home, folder) {
  const env = {
    HOME: home, PATH: [folder, path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    XDG_RUNTIME_DIR: path.join(home, 'run'), TERM: 'xterm', LANG: 'C.UTF-8', SHELL: '/bin/sh', USER: 'somebody', NO_COLOR: '1', BROWSER: '/bin/true',
  };
  return async (command, { env: more = {}, limit = LIMIT_MS } = {}) => {
    const child = spawn(command[0], command.slice(1), {
      cwd: path.join(home, 'work'), env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'], detached: true,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), limit);
    const ended = once(child, 'exit').catch((error) => { text += error.message; });
    await ended;
    clearTimeout(timer);
    // eslint-disable-next-line no-control-regex
    return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
  };
}

class Host {
  static async start(name, folder) {
    const host = new Host();
    host.home = tempDir(`flaredeck-client-${name}-`);
    for (const inner of ['work', 'run']) fs.mkdirSync(path.join(host.home, inner), { mode: 0o700 });
    host.run = runner(host.home, folder);
    // Of all that may name other files, nothing of the person who runs this.
    const env = { HOME: host.home, XDG_RUNTIME_DIR: path.join(host.home, 'run'), XDG_CONFIG_HOME: '', CLAUDE_CONFIG_DIR: '', CODEX_HOME: '' };
    host.env = { PATH: process.env.PATH, LANG: 'C.UTF-8', ...env };
    host.app = await App.start({ bin: CORE, args: ['--auto-approve'], dataDir: path.join(host.home, 'flaredeck'), env });
    return host;
  }

  async core(...args) {
    const { stdout } = await execute(CORE, [...args, '--sandbox', '--data-dir', this.app.dataDir], { env: this.env });
    return stdout;
  }

  async stateOf(id) {
    return JSON.parse(await this.core('connect', '--json')).find(({ client }) => client === id)?.state ?? 'not found';
  }

  /** Flaredeck's own names for whom it heard; a client that starts its servers in the background may come later. */
  async heardAs() {
    const names = await until('a client', async () => JSON.parse(await this.core('clients', 'list', '--json')).map(({ name }) => name).join(), 5000)
      .catch(() => '');
    if (names) return names;
    return way === '--bridge' ? 'nobody' : 'nobody yet';
  }

  async stop() {
    endAll(this.home, this.app.child.pid);
    await this.app.stop();
    fs.rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function drive(name) {
  const client = CLIENTS[name];
  const row = { client: name };
  const folder = await install(name, client);
  const host = await Host.start(name, folder);
  try {
    row.version = /\d+\.\d+\.\d+\S*/.exec(await host.run([client.bin, '--version']))?.[0] ?? '?';
    client.prepare?.(host.home);
    const [plan] = JSON.parse(await host.core('connect', client.id, way, '--print', '--json'));
    const before = fs.existsSync(plan.file) ? fs.readFileSync(plan.file) : null;
    await host.core('connect', client.id, way);
    const said = await client.list(host);
    row.listing = client.says.exec(said)?.[0].trim().replace(/\s+/g, ' ').slice(0, 60) ?? `? ${said.slice(-200).replace(/\s+/g, ' ')}`;
    row.heardAs = await host.heardAs();
    row.flaredeck = await host.stateOf(client.id);
    endAll(host.home, host.app.child.pid);

    await host.core('connect', client.id, '--undo');
    const after = fs.existsSync(plan.file) ? fs.readFileSync(plan.file) : null;
    const isSame = before === null ? after === null : after !== null && before.equals(after);
    row.undone = isSame ? 'to the byte' : 'only our entry';

    row.ownCommand = 'none';
    if (plan.command) {
      const text = await host.run(['sh', '-c', plan.command], { limit: 20_000 });
      const state = await host.stateOf(client.id);
      row.ownCommand = ['configured', 'connected'].includes(state) ? 'does the same' : `${state}: ${text.slice(-120).replace(/\s+/g, ' ')}`;
    }
  } finally {
    await host.stop();
  }
  return row;
}

assert.ok(fs.existsSync(CORE), `${CORE} is not there; ./dev clients builds it`);
const rows = [];
for (const name of names.length > 0 ? names : Object.keys(CLIENTS)) {
  process.stderr.write(`${name} …\n`);
  rows.push(await drive(name).catch((error) => ({ client: name, listing: `failed: ${error.message.slice(0, 200)}` })));
}
const columns = ['client', 'version', 'listing', 'heardAs', 'flaredeck', 'undone', 'ownCommand'];
console.log(`| ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length)}`);
for (const row of rows) console.log(`| ${columns.map((column) => (row[column] ?? '').replaceAll('|', '/')).join(' | ')} |`);
// The address needs a sign-in, so there the listing is all. Not every client can be told by its program, see docs/clients.md.
const isWell = (row) => !/^(failed|\?)/.test(row.listing)
  && (way === '--address' || CLIENTS[row.client].onlyShakesHands || row.heardAs !== 'nobody');
process.exit(rows.every(isWell) ? 0 : 1);
