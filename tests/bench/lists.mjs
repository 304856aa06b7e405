// What the lists of tools cost: processor time, bytes, tokens, and the memory of the data behind them.
import fs from 'node:fs';
import path from 'node:path';

import { tempDir, until } from '../e2e/lib/app.mjs';
import { cpuUs, pssKiB } from './proc.mjs';
import { message, Session } from './wire.mjs';

const FACTS = path.join(import.meta.dirname, '../../resources/providers/cloudflare');
/** Without a tokenizer, as the page Tools estimates them. */
const BYTES_OF_TOKEN = 4;

const listOf = async (session) => (await session.post({ jsonrpc: '2.0', id: 'list', method: 'tools/list', params: {} }));

/** A data directory whose clients see every tool that is not switched off. */
export function listingAll() {
  const dataDir = tempDir('flaredeck-lists-');
  fs.writeFileSync(path.join(dataDir, 'settings.ini'), '[tools]\nlistAll=true\n');
  return dataDir;
}

/** Of each toolset at its address, and of all together; a deprecated one is off, and has an empty list. */
export async function listsOf({ origin, child }, bearer, rounds = 200) {
  const figures = async (address) => {
    const session = await Session.open(`${origin}${address}`, bearer);
    const answer = await listOf(session);
    const { tools } = message(answer).result;
    const bytes = Buffer.byteLength(JSON.stringify(tools));
    const cpu = cpuUs(child.pid);
    for (let i = 0; i < rounds; i++) await listOf(session);
    const cpuMs = Number(((cpuUs(child.pid) - cpu) / rounds / 1000).toFixed(2));
    session.close();
    return { tools: tools.length, bytes, tokens: Math.round(bytes / BYTES_OF_TOKEN), cpuMs };
  };
  const toolsets = fs.readdirSync(path.join(FACTS, 'toolsets')).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
  const rows = { all: await figures('/mcp') };
  for (const toolset of toolsets) rows[toolset] = await figures(`/${toolset}/mcp`);
  return rows;
}

/** MiB PSS of the core on all toolsets, less that on the one with the first twelve tools; `run` starts it on a folder. */
export async function memoryOfTheRest(run, stop) {
  const few = tempDir('flaredeck-few-');
  fs.mkdirSync(path.join(few, 'toolsets'));
  fs.copyFileSync(path.join(FACTS, 'provider.json'), path.join(few, 'provider.json'));
  for (const file of fs.readdirSync(path.join(FACTS, 'toolsets'))) {
    if (file.startsWith('observability')) fs.copyFileSync(path.join(FACTS, 'toolsets', file), path.join(few, 'toolsets', file));
  }
  const used = [];
  for (const folder of [few, FACTS]) {
    const child = await run(folder);
    let last = 0;
    // Until the start is over.
    await until('the memory to settle', async () => {
      const now = pssKiB(child.pid);
      const isSettled = Math.abs(now - last) < 8;
      last = now;
      await new Promise((resolve) => { setTimeout(resolve, 1000); });
      return isSettled;
    });
    used.push(last);
    await stop(child);
  }
  return Number(((used[1] - used[0]) / 1024).toFixed(2));
}
