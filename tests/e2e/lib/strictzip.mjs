// Reads a zip as the strictest of readers would: the end record are the last 22 bytes, every byte before it belongs to a
// file or to the directory, both headers of a file say the same, and contents are what the headers promise.
import assert from 'node:assert/strict';
import zlib from 'node:zlib';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const UTF8_NAMES = 1 << 11;
const REGULAR = 0o100000;

/** { name: { bytes, mode, date } } in the order of the file. */
export function readStrictly(zip) {
  const end = zip.length - 22;
  assert.ok(end >= 0 && zip.readUInt32LE(end) === END, 'the end record are the last 22 bytes');
  assert.equal(zip.readUInt16LE(end + 20), 0, 'no comment');
  assert.equal(zip.readUInt32LE(end + 4), 0, 'one disk');
  const count = zip.readUInt16LE(end + 10);
  assert.equal(zip.readUInt16LE(end + 8), count);
  const directory = zip.readUInt32LE(end + 16);
  assert.equal(directory + zip.readUInt32LE(end + 12), end, 'nothing between directory and end record');

  const files = {};
  let at = directory;
  let offset = 0;
  for (let i = 0; i < count; ++i) {
    assert.equal(zip.readUInt32LE(at), CENTRAL);
    const nameLength = zip.readUInt16LE(at + 28);
    assert.equal(zip.readUInt32LE(at + 30), 0, 'no extra field, no comment');
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    assert.match(name, /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/, 'a path below the root');
    assert.ok(!(name in files), `${name} is there once`);
    assert.equal(zip.readUInt16LE(at + 4) >> 8, 3, 'modes are Unix modes');
    const mode = zip.readUInt32LE(at + 38) >>> 16;
    assert.equal(mode & 0o170000, REGULAR, `${name} is a file`);

    assert.equal(zip.readUInt32LE(at + 42), offset, 'files follow each other without a gap');
    assert.equal(zip.readUInt32LE(offset), LOCAL);
    // From "version needed" to "extra length" the two headers have the same fields.
    assert.deepEqual(zip.subarray(offset + 4, offset + 30), zip.subarray(at + 6, at + 32), `${name} has one description`);
    assert.equal(zip.toString('utf8', offset + 30, offset + 30 + nameLength), name);
    assert.equal(zip.readUInt16LE(at + 8) & ~UTF8_NAMES, 0, 'not encrypted, and sizes stand in front of the contents');
    const method = zip.readUInt16LE(at + 10);
    assert.ok(method === 0 || method === 8, 'stored or deflated');
    const size = zip.readUInt32LE(at + 20);
    const start = offset + 30 + nameLength;
    const packed = zip.subarray(start, start + size);
    const bytes = method === 0 ? packed : zlib.inflateRawSync(packed);
    assert.equal(bytes.length, zip.readUInt32LE(at + 24));
    assert.equal(zlib.crc32(bytes), zip.readUInt32LE(at + 16), `${name} has its checksum`);
    files[name] = { bytes, mode: mode & 0o7777, date: zip.readUInt32LE(at + 12) };
    offset = start + size;
    at += 46 + nameLength;
  }
  assert.equal(at, end);
  assert.equal(offset, directory, 'nothing between files and directory');
  return files;
}
