// From the order to take a grant back to its effect, while other clients call as fast as they are answered.
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';

import { tempDir } from '../e2e/lib/app.mjs';
import { Session, Wire } from './wire.mjs';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const GENERATION = 5;
const LAST_CHUNK = '0\r\n\r\n';

/** Access tokens end in six base62 digits of their CRC-32. */
function withChecksum(text) {
  let digits = '';
  for (let rest = crc32(text); digits.length < 6; rest = Math.floor(rest / 62)) digits = BASE62[rest % 62] + digits;
  return text + digits;
}

/** What flaredeck-scale has given to its client of that number. */
function holdings(number) {
  const id = `d_bench${number}`;
  const secret = crypto.createHash('sha256').update(id).digest('base64url');
  const refresh = `cfl_rt_${number.toString(16).padStart(32, '0')}_${GENERATION}_${secret}`;
  return { id, access: withChecksum(`cfl_at_${`${number}-0`.padStart(43, '-')}`), refresh };
}

/** The load of 8 clients until stopped; resolves when it has begun. */
async function disturb(load, url) {
  const dir = tempDir('flaredeck-load-');
  const files = [];
  for (let i = 0; i < 8; i++) {
    const client = await Session.open(url, holdings(i).access);
    files.push(path.join(dir, `${i}.request`));
    fs.writeFileSync(files[i], client.addRequest(2, 3));
    client.pause();
  }
  const child = spawn(load, [new URL(url).port, '3600', '"text":"5"', ...files], { stdio: 'ignore' });
  await once(child, 'spawn');
  return child;
}

const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1];
const figures = (values) => ({ p50: Number(percentile(values, 0.5).toFixed(2)), p99: Number(percentile(values, 0.99).toFixed(2)),
  worst: Number(Math.max(...values).toFixed(2)) });

/**
 * Each of `count` clients holds a session with an open stream and gives its grant back (RFC 7009). Milliseconds from
 * sending that to the end of the stream, and to the refusal of the call that follows at once on a connection of its own.
 */
export async function revokeToRefusal(load, origin, count) {
  const url = `${origin}/mcp`;
  const child = await disturb(load, url);
  const closed = [];
  const refused = [];
  for (let i = 0; i < count; i++) {
    const { id, access, refresh } = holdings(100 + i);
    const session = await Session.open(url, access);
    await session.listen();
    const revoker = new Wire(`${origin}/revoke`);
    await revoker.connect();
    const form = new URLSearchParams({ token: refresh, client_id: id }).toString();
    const began = performance.now();
    const closing = new Promise((resolve) => {
      session.stream.onMore = (chunk) => {
        if (!chunk.toString('latin1').endsWith(LAST_CHUNK)) return;
        closed.push(performance.now() - began);
        resolve();
      };
    });
    const answer = await revoker.send(`${revoker.head('POST', { 'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': form.length })}\r\n${form}`);
    if (answer.status !== 200) throw new Error(`/revoke answers ${answer.status}: ${answer.body}`);
    const next = await session.wire.send(session.addRequest(1, 1));
    refused.push(performance.now() - began);
    if (next.status !== 401) throw new Error(`a revoked grant is answered ${next.status}`);
    await closing;
    session.close();
    revoker.close();
  }
  child.kill();
  await once(child, 'exit');
  return { grants: count, streamClosedMs: figures(closed), refusedMs: figures(refused) };
}
