// What a process holds in its writable memory, as far as its parent may read it.
import fs from 'node:fs';

const CHUNK = 1 << 20;
const OVERLAP = 256;

/** Every text in the memory of `pid` that matches `pattern`, which is global and shorter than 256 characters. */
export function inMemory(pid, pattern) {
  const found = new Set();
  const memory = fs.openSync(`/proc/${pid}/mem`);
  try {
    for (const line of fs.readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      if (!from) continue;
      const end = Number(`0x${to}`);
      for (let at = Number(`0x${from}`); at < end; at += CHUNK) {
        const buffer = Buffer.alloc(Math.min(CHUNK + OVERLAP, end - at));
        try {
          const length = fs.readSync(memory, buffer, 0, buffer.length, at);
          for (const [text] of buffer.latin1Slice(0, length).matchAll(pattern)) found.add(text);
        } catch {
          break; // a page that nobody has touched, or one of the kernel's
        }
      }
    }
  } finally {
    fs.closeSync(memory);
  }
  return found;
}
