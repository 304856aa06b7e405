// A zip file whose bytes follow from what is in it: sorted names, one time, Unix modes, nothing behind the end record.
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const MADE_BY_UNIX = (3 << 8) | 20;
const NEEDS = 20; // version 2.0
const UTF8_NAMES = 1 << 11;
const STORED = 0;

/** MS-DOS time has two seconds' precision and starts in 1980. UTC, so that it is the same everywhere. */
function dosTime(seconds) {
  const at = new Date(Math.max(seconds, Date.UTC(1980, 0, 1) / 1000) * 1000);
  return {
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}

const CRC = Int32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; ++bit) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

/** The fields that both headers of a file have in common, from "version needed" to "extra length". */
function common({ date, time }, name, bytes) {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(NEEDS, 0);
  fields.writeUInt16LE(UTF8_NAMES, 2);
  fields.writeUInt16LE(STORED, 4);
  fields.writeUInt16LE(time, 6);
  fields.writeUInt16LE(date, 8);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(bytes.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function word(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/**
 * `files`: { 'path/in/zip': Buffer | string }; `seconds`: the time of all, since 1970. Files are stored as they are:
 * what a compressor makes of them depends on its version.
 */
export function zip(files, seconds) {
  const when = dosTime(seconds);
  const parts = [];
  const directory = [];
  let offset = 0;
  const names = Object.keys(files).sort();
  for (const key of names) {
    const name = Buffer.from(key);
    const bytes = Buffer.from(files[key]);
    const head = common(when, name, bytes);
    const local = Buffer.concat([word(LOCAL), head, name, bytes]);
    const made = Buffer.alloc(6);
    made.writeUInt32LE(CENTRAL, 0);
    made.writeUInt16LE(MADE_BY_UNIX, 4);
    const rest = Buffer.alloc(14); // no comment, first disk, binary
    rest.writeUInt32LE(0o100644 * 0x10000, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(made, head, rest, name);
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
