// Starts the real program and waits until it answers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const BIN = process.env.FLAREDECK_BIN ?? path.resolve(import.meta.dirname, '../../../build/bin/flaredeck');

/** Polls until `probe` gives something truthy; the reason of the last failure ends up in the error. */
export async function until(what, probe, ms = 20_000) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`gave up waiting for ${what}${last ? `: ${last.message}` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * A port that nobody listens at. Below those that a system gives away by itself (32768 and up on Linux): the program's
 * own sandbox asks for one of these, and could get the very one before the program listens there.
 */
export async function freePort() {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    const server = net.createServer();
    const free = await new Promise((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

export function tempDir(name = 'flaredeck-e2e-') {
  return fs.mkdtempSync(path.join(os.tmpdir(), name));
}

export class App {
  /**
   * options: args, env, dataDir, port. Without `--headless` in args the window is shown. `ready` is what to wait
   * for; by default that the server answers. Of the log the last `keepLog` characters are kept. With `terminal` it
   * runs in one, which type() writes to. `bin` and `command(port)` name another program.
   */
  static async start({ args = [], env = {}, dataDir = tempDir(), port, ready, keepLog = 20_000, terminal = false, bin = BIN,
    command: given } = {}) {
    const app = new App();
    app.dataDir = dataDir;
    app.port = port ?? (await freePort());
    app.origin = `http://localhost:${app.port}`;
    app.log = '';
    const command = [bin, ...(given?.(app.port) ?? ['--sandbox', '--port', String(app.port), '--data-dir', dataDir, ...args])];
    const [program, ...rest] = terminal
      ? ['script', '-q', '-f', '-e', '-c', command.map((word) => `'${word}'`).join(' '), '/dev/null'] : command;
    app.child = spawn(program, rest, {
      env: { ...process.env, ...env },
      stdio: [terminal ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    app.exit = once(app.child, 'exit');
    const keep = (chunk) => {
      app.log = (app.log + chunk).slice(-keepLog);
    };
    app.child.stdout.on('data', keep);
    app.child.stderr.on('data', keep);
    await until('the program to answer', async () => {
      if (app.child.exitCode !== null) throw new Error(`it ended with ${app.child.exitCode}: ${app.log}`);
      if (ready) return ready(app);
      const answer = await fetch(`${app.origin}/.well-known/oauth-authorization-server`);
      return answer.ok;
    }).catch((error) => {
      app.child.kill('SIGKILL');
      throw new Error(`${error.message}\n${app.log}`);
    });
    return app;
  }

  url(suffix = '/mcp') {
    return new URL(this.origin + suffix);
  }

  type(text) {
    this.child.stdin.write(text);
  }

  /** Of the program itself, without a window. It may answer before it has said so. */
  async pid() {
    const [, pid] = await until('its pid', () => /"pid":(\d+)/.exec(this.log));
    return Number(pid);
  }

  async stop(signal = 'SIGTERM') {
    const inside = /"pid":(\d+)/.exec(this.log); // not the terminal, which would cut it short
    if (this.child.exitCode !== null || this.child.signalCode !== null) { /* over */ }
    else if (this.child.stdin && inside) process.kill(Number(inside[1]), signal);
    else this.child.kill(signal);
    const [code, by] = await this.exit;
    return code ?? by;
  }
}
