// What the kernel says about a process and its children.
import fs from 'node:fs';

function stat(pid) {
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), cpuUs: (Number(fields[11]) + Number(fields[12])) * 10_000 };
}

function family(pid) {
  const all = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return [{ pid: Number(name), parent: stat(name).parent }];
    } catch {
      return []; // it ended meanwhile
    }
  });
  const found = [pid];
  for (const one of found) found.push(...all.filter((other) => other.parent === one).map((other) => other.pid));
  return found;
}

export const cpuUs = (pid) => family(pid).reduce((sum, one) => sum + stat(one).cpuUs, 0);

export function pssKiB(pid) {
  return family(pid).reduce((sum, one) =>
    sum + Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${one}/smaps_rollup`, 'latin1'))[1]), 0);
}
