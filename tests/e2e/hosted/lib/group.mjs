// Runs Node with the given arguments in a group of processes that ends when this process's input does: however the
// test ends, wrangler and workerd do not stay behind. Started detached, as the leader of the group.
import { spawn } from 'node:child_process';

const PATIENCE_MS = 5000;
const endAll = () => process.kill(-process.pid, 'SIGKILL');

const child = spawn(process.execPath, process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('exit', endAll);
process.stdin.resume().on('end', () => {
  child.kill('SIGTERM');
  setTimeout(endAll, PATIENCE_MS);
});
