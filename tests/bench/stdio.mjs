// A server on pipes, as a host starts it: from its start to its first list of tools, its memory, and its calls.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { cpuUs, pssKiB } from './proc.mjs';

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function start([command, ...args], env) {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env });
  const waiting = new Map();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const message = JSON.parse(line);
      waiting.get(message.id)?.(message);
    }
  });
  let id = 0;
  const request = (method, params) => new Promise((resolve) => {
    waiting.set(++id, resolve);
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
  });
  await request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } });
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  await request('tools/list');
  const add = async () => {
    const answer = await request('tools/call', { name: 'add', arguments: { a: 2, b: 3 } });
    if (answer.result?.content?.[0]?.text !== '5') throw new Error(`add: ${JSON.stringify(answer)}`);
  };
  const end = async () => {
    const gone = once(child, 'exit');
    child.stdin.end();
    await gone;
  };
  return { readyMs: performance.now() - began, pid: child.pid, add, end };
}

/** The first start may have to sign in, and does not count. */
export async function stdioServer(command, env, { starts = 5, seconds = 3 } = {}) {
  await (await start(command, env)).end();
  const ready = [];
  for (let i = 0; i < starts; i++) {
    const one = await start(command, env);
    ready.push(one.readyMs);
    await one.end();
  }
  const one = await start(command, env);
  const pssMiB = Number((pssKiB(one.pid) / 1024).toFixed(1));
  for (let i = 0; i < 200; i++) await one.add();
  const took = [];
  const cpu = cpuUs(one.pid);
  for (const until = performance.now() + seconds * 1000; performance.now() < until;) {
    const began = performance.now();
    await one.add();
    took.push(performance.now() - began);
  }
  const cpuUsPerCall = Math.round((cpuUs(one.pid) - cpu) / took.length);
  await one.end();
  return { readyMs: Math.round(median(ready)), pssMiB, callMs: Number(median(took).toFixed(2)), cpuUsPerCall };
}
