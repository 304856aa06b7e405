// Loaded into a client's process (node --import): writes down the bytes that it sends to one port, and the first
// line of each answer, as {at, socket, out|in} in a file of the process.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';

const port = Number(process.env.FLAREDECK_TAP_PORT);
const file = path.join(process.env.FLAREDECK_TAP ?? '.', `${process.pid}.jsonl`);
let sockets = 0;
const named = new WeakMap();

function note(socket, entry) {
  if (!port || socket.remotePort !== port) return;
  if (!named.has(socket)) named.set(socket, `${process.pid}.${++sockets}`);
  const at = Number(process.hrtime.bigint() / 1000n);
  fs.appendFileSync(file, `${JSON.stringify({ at, socket: named.get(socket), ...entry })}\n`);
}

const { write } = net.Socket.prototype;
net.Socket.prototype.write = function (chunk, ...rest) {
  note(this, { out: Buffer.isBuffer(chunk) || chunk instanceof Uint8Array ? Buffer.from(chunk).toString('latin1') : String(chunk) });
  return write.call(this, chunk, ...rest);
};
net.Socket.prototype.push = function (chunk, ...rest) {
  const line = chunk && /^HTTP\/1\.1 \d{3}/.exec(chunk.subarray(0, 12).toString('latin1'));
  if (line) note(this, { in: Number(line[0].slice(9)) });
  return Readable.prototype.push.call(this, chunk, ...rest);
};
