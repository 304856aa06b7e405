#!/usr/bin/env node
// An icon for Windows from PNGs of several sizes, which it may hold as they are: ico.mjs OUT PNG …
import { readFileSync, writeFileSync } from 'node:fs';

const [out, ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: ico.mjs OUT PNG ...');
  process.exit(2);
}
const images = files.map((file) => {
  const bytes = readFileSync(file);
  const size = bytes.readUInt32BE(16);
  if (bytes.toString('latin1', 1, 4) !== 'PNG' || size !== bytes.readUInt32BE(20) || size > 256) {
    console.error(`${file} is no square PNG of at most 256 pixels.`);
    process.exit(1);
  }
  return { size, bytes };
}).sort((one, other) => one.size - other.size);

const head = Buffer.alloc(6 + 16 * images.length);
head.writeUInt16LE(1, 2); // icons
head.writeUInt16LE(images.length, 4);
let offset = head.length;
images.forEach(({ size, bytes }, index) => {
  const at = 6 + 16 * index;
  head.writeUInt8(size % 256, at); // 0 stands for 256
  head.writeUInt8(size % 256, at + 1);
  head.writeUInt16LE(1, at + 4); // planes
  head.writeUInt16LE(32, at + 6); // bits of a pixel
  head.writeUInt32LE(bytes.length, at + 8);
  head.writeUInt32LE(offset, at + 12);
  offset += bytes.length;
});
writeFileSync(out, Buffer.concat([head, ...images.map((image) => image.bytes)]));
