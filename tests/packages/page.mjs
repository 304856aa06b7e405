// Has the sign-in window show a page that the web engine has to run a script for: page.mjs LOGIN
// The page is of the colour #7D1AC3, and is shown until SIGUSR1 comes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import readline from 'node:readline';

const server = http.createServer((request, response) => {
  console.log(`asked ${request.url}`);
  response.setHeader('content-type', 'text/html');
  response.end(`<!doctype html><title>Sign in</title>
    <script>requestAnimationFrame(() => { document.documentElement.style.background = '#7D1AC3'; });</script>`);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(`pid ${process.pid}`);
const origin = `http://127.0.0.1:${server.address().port}`;

const login = spawn(process.argv[2], { stdio: ['pipe', 'pipe', 'inherit'] });
const end = once(login, 'exit');
process.on('SIGUSR1', () => login.stdin.end());
readline.createInterface({ input: login.stdout }).on('line', (line) => console.log(JSON.parse(line).event));
login.stdin.write(`${JSON.stringify({ url: `${origin}/sign-in`, callback: `${origin}/callback`, theme: 'light', sandbox: true })}\n`);
const [code, signal] = await end;
server.closeAllConnections();
server.close();
assert.equal(signal ?? code, 0);
