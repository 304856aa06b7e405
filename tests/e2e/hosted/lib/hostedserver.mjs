// Cloudflare's own OAuth provider and MCP libraries under workerd, as a hosted server is made of them. In front of
// them stands a plain proxy in this process, which notes what arrives and can answer in the worker's place.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';

import { freePort, tempDir } from '../../lib/app.mjs';
import { Requests } from './record.mjs';

const HOSTED = path.resolve(import.meta.dirname, '..');
const WRANGLER = path.join(HOSTED, 'node_modules/wrangler/bin/wrangler.js');

/** Why the hosted stand-ins cannot run here; undefined if they can. */
export function whyNotHosted() {
  if (!fs.existsSync(WRANGLER)) return 'wrangler is not installed: npm ci --ignore-scripts --prefix tests/e2e/hosted';
  if (Number(process.versions.node.split('.')[0]) < 22) return `wrangler needs Node 22, this is ${process.version}`;
  return undefined;
}

/**
 * generation: 1 (workers-oauth-provider 1.2.3) or 0 (0.8.2). kind: 'stateless' (createMcpHandler, both eras) or
 * 'session' (McpAgent, the 2025 revisions). `dataDir` keeps registrations and grants over a restart at the same port.
 */
export async function startHosted({ generation = 1, kind = 'stateless', port, dataDir = tempDir('flaredeck-hosted-') } = {}) {
  const why = whyNotHosted();
  if (why) throw new Error(why);
  const requests = new Requests();
  let intercept;
  let innerPort;

  const front = http.createServer(async (request, response) => {
    const entry = requests.note(request);
    if (request.url.startsWith('/control')) return void response.writeHead(404).end();
    let body;
    if (intercept) {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      body = Buffer.concat(chunks);
      const answer = await intercept({ ...entry, body: body.toString('utf8') });
      if (answer) return void response.writeHead(answer.status, answer.headers).end(answer.body);
    }
    const onward = http.request({
      host: '127.0.0.1', port: innerPort, method: request.method, path: request.url,
      headers: request.headers, agent: false,
    }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders();
      pipeline(answer, response, () => {}); // whichever side ends early ends the other
    });
    onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => onward.destroy());
    if (body) onward.end(body);
    else request.pipe(onward);
  });
  const chosen = port ?? (await freePort());
  front.listen(chosen, '127.0.0.1');
  await once(front, 'listening');
  const url = `http://localhost:${chosen}`;

  innerPort = await freePort();
  const home = path.join(dataDir, 'home');
  fs.mkdirSync(home, { recursive: true });
  const child = spawn(process.execPath, [
    path.join(import.meta.dirname, 'group.mjs'), '--no-warnings', WRANGLER, 'dev', `worker/generation${generation}.mjs`, '--config', 'worker/wrangler.json',
    '--local', '--ip', '127.0.0.1', '--port', String(innerPort), '--inspector-port', '0', '--show-interactive-dev-session=false',
    '--persist-to', path.join(dataDir, 'state'), '--var', `ORIGIN:${url}`,
  ], {
    cwd: HOSTED, stdio: 'pipe', detached: true,
    env: {
      ...process.env, HOME: home, XDG_CONFIG_HOME: home, CI: '1', NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true', CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_LOG_PATH: path.join(dataDir, 'logs'),
    },
  });
  let log = '';
  const ended = once(child, 'exit');
  const ready = new Promise((resolve, reject) => {
    const keep = (chunk) => {
      log = (log + chunk).slice(-20_000);
      if (/Ready on /.test(log)) resolve();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    ended.then(() => reject(new Error(`wrangler has ended: ${log}`)));
  });
  const stop = async () => {
    front.closeAllConnections();
    front.close();
    child.stdin.end();
    await ended;
  };

  /** Changes the worker's state (see worker/state.mjs) and gives it back. */
  const control = async (changes = {}) => {
    const answer = await fetch(`http://127.0.0.1:${innerPort}/control`, { method: 'POST', body: JSON.stringify(changes) });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`the worker cannot be controlled: ${answer.status} ${body}\n${log}`);
    return JSON.parse(body);
  };
  try {
    await ready;
    await control({ kind });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url, mcpUrl: `${url}/mcp`, port: chosen, dataDir, control, stop, log: () => log,
    requests: () => requests.all(), clearRequests: () => requests.clear(), holding: (needle) => requests.holding(needle),
    /** From now on `answer(request)` may answer with {status, headers, body}; what it leaves goes to the worker. */
    intercept(answer) {
      intercept = answer;
    },
  };
}
