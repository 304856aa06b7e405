// The real clients behind one face: list(), call(name, args), tokens(), close().
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

import { freePort, tempDir } from './app.mjs';
import { Host } from './oauth.mjs';

const MODULES = path.resolve(import.meta.dirname, '../node_modules');
const BIN = path.resolve(import.meta.dirname, '../bin');

/** Connects, is refused, sends the person through sign-in, connects again: as the SDK's users write it. */
async function connectSdk(app, { name, path: suffix, Transport, makeClient, finish, open, hasSession }) {
  const host = await Host.open(name, open);
  const transport = () => new Transport(app.url(suffix), { authProvider: host });
  const first = transport();
  let refused;
  try {
    await makeClient().connect(first);
  } catch (error) {
    refused = error;
  }
  if (!refused) throw new Error('a client without a token was let in');
  if (!host.visit) throw refused;
  await finish(first, await host.callbackParameters());
  await first.close().catch(() => {});
  const client = makeClient();
  const live = transport();
  await client.connect(live);
  return {
    name, client, transport: live, host, hasSession,
    list: async () => (await client.listTools()).tools,
    call: (tool, args) => client.callTool({ name: tool, arguments: args }),
    /** The same with what only some tests want: `_meta` and options such as onprogress. */
    callWith: (tool, args, meta, options) => {
      const params = { name: tool, arguments: args, _meta: meta };
      return client instanceof Client2 ? client.callTool(params, options) : client.callTool(params, undefined, options);
    },
    tokens: () => host.tokens(),
    clientId: () => host.clientInformation().client_id,
    close: async () => {
      await client.close();
      host.close();
    },
  };
}

const info = (name) => ({ name, version: '1.0.0' });

/** `elicit` answers forms as a person would; without it the client cannot be asked. `logged` gets log messages. */
const canBeAsked = (elicit) => (elicit ? { capabilities: { elicitation: {} } } : {});
function makeSdk1(name, { elicit, logged }) {
  const client = new Client(info(name), canBeAsked(elicit));
  if (elicit) client.setRequestHandler(ElicitRequestSchema, ({ params }) => elicit(params));
  if (logged) client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => logged(params));
  return client;
}
function makeSdk2(name, { elicit, logged }, options = {}) {
  const client = new Client2(info(name), { ...options, ...canBeAsked(elicit) });
  if (elicit) client.setRequestHandler('elicitation/create', ({ params }) => elicit(params));
  if (logged) client.setNotificationHandler('notifications/message', ({ params }) => logged(params));
  return client;
}

/** Each connects to the whole server, or to the address of a toolset ("/observability"), with a query ("?x=y") or without. */
export const CLIENTS = {
  'SDK v1 over Streamable HTTP': (app, { open, toolset = '', query = '', ...person } = {}) => connectSdk(app, {
    name: 'SDK v1 client', path: `${toolset}/mcp${query}`, Transport: StreamableHTTPClientTransport, open,
    makeClient: () => makeSdk1('sdk1', person),
    finish: (transport, parameters) => transport.finishAuth(parameters.get('code')),
  }),
  'SDK v1 over SSE': (app, { open, toolset = '', query = '', ...person } = {}) => connectSdk(app, {
    name: 'SDK v1 SSE client', path: `${toolset}/sse${query}`, Transport: SSEClientTransport, open,
    makeClient: () => makeSdk1('sdk1-sse', person),
    finish: (transport, parameters) => transport.finishAuth(parameters.get('code')),
  }),
  'SDK v2 in its 2025 mode': (app, { open, toolset = '', query = '', ...person } = {}) => connectSdk(app, {
    name: 'SDK v2 client', path: `${toolset}/mcp${query}`, Transport: Http2, open,
    makeClient: () => makeSdk2('sdk2', person),
    finish: (transport, parameters) => transport.finishAuth(parameters),
  }),
  'SDK v2 without sessions': (app, { open, toolset = '', query = '', ...person } = {}) => connectSdk(app, {
    name: 'SDK v2 stateless client', path: `${toolset}/mcp${query}`, Transport: Http2, open, hasSession: false,
    makeClient: () => makeSdk2('sdk2-stateless', person, { versionNegotiation: { mode: { pin: '2026-07-28' } } }),
    finish: (transport, parameters) => transport.finishAuth(parameters),
  }),
  'mcp-remote': (app, { toolset = '', query = '' } = {}) => connectMcpRemote(app, `${toolset}/mcp${query}`),
  'mcp-remote, HTTP first at /sse': (app, { toolset = '', query = '' } = {}) => connectMcpRemote(app, `${toolset}/sse${query}`, 'http-first'),
  'mcp-remote over SSE': (app, { toolset = '', query = '' } = {}) => connectMcpRemote(app, `${toolset}/sse${query}`, 'sse-only'),
  'Inspector CLI': (app, { toolset = '', query = '' } = {}) => connectInspector(app, `${toolset}/mcp${query}`, 'http'),
  'Inspector CLI over SSE': (app, { toolset = '', query = '' } = {}) => connectInspector(app, `${toolset}/sse${query}`, 'sse'),
};

export function clientEnvironment(home) {
  return {
    ...process.env,
    HOME: home,
    PATH: `${BIN}:${process.env.PATH}`,
    BROWSER: path.join(BIN, 'xdg-open'), // what a bundled xdg-open asks for,
    XDG_DATA_HOME: home, XDG_DATA_DIRS: home, XDG_CONFIG_HOME: home, XDG_CONFIG_DIRS: home, // if no browser is installed
    FLAREDECK_E2E_NODE: process.execPath,
    DISPLAY: process.env.DISPLAY ?? '',
    MCP_AUTO_OPEN_ENABLED: 'true', // the Inspector opens no browser without a terminal otherwise
  };
}

/** The bridge as Claude Desktop starts it: a stdio server that opens a browser through xdg-open. */
export function startMcpRemote(url, args, env, timeout = 60_000) {
  const transport = new StdioClientTransport({
    command: process.execPath, args: [path.join(MODULES, 'mcp-remote/dist/proxy.js'), url.href, ...args], env, stderr: 'pipe',
  });
  const client = new Client(info('claude-desktop'));
  const bridge = { client, transport, log: '' };
  transport.stderr.on('data', (chunk) => {
    bridge.log += chunk;
  });
  bridge.connected = client.connect(transport, { timeout }).catch((error) => {
    throw new Error(`${error.message}\n${bridge.log}`);
  });
  return bridge;
}

async function connectMcpRemote(app, suffix, strategy) {
  const home = tempDir('flaredeck-mcp-remote-');
  const { client, connected } = startMcpRemote(app.url(suffix),
    [String(await freePort()), ...(strategy ? ['--transport', strategy] : [])], clientEnvironment(home));
  await connected;
  return {
    name: 'MCP CLI Proxy', client,
    list: async () => (await client.listTools()).tools,
    call: (tool, args) => client.callTool({ name: tool, arguments: args }),
    tokens: () => findJson(home, 'refresh_token'),
    clientId: () => findJson(home, 'client_id').client_id,
    close: () => client.close(),
  };
}

const TOOL_ERROR = 5;

/** The Inspector's command line: a process per call, tokens in a file of its own. */
async function connectInspector(app, suffix, transportName) {
  const home = tempDir('flaredeck-inspector-');
  const port = await freePort();
  const run = (args) => new Promise((resolve, reject) => {
    execFile(process.execPath, [
      path.join(MODULES, '@modelcontextprotocol/inspector/clients/launcher/build/index.js'), '--cli',
      '--server-url', app.url(suffix).href, '--transport', transportName, '--format', 'json', '--quiet',
      '--callback-url', `http://127.0.0.1:${port}/oauth/callback`, ...args,
      // Its tokens go to a file, where the test can read them.
    ], { env: { ...clientEnvironment(home), MCP_INSPECTOR_SECRET_STORE: 'file' }, timeout: 90_000 }, (error, stdout, stderr) => {
      // A tool's own error ends it too, but the answer is there.
      const isAnswer = !error || (error.code === TOOL_ERROR && stdout.startsWith('{"result"'));
      if (isAnswer) resolve(JSON.parse(stdout));
      else reject(Object.assign(new Error(`${stderr}\n${stdout}`), { code: error.code }));
    });
  });
  const unwrap = (answer) => answer.result ?? answer;
  return {
    name: 'Inspector',
    list: async () => unwrap(await run(['--method', 'tools/list'])).tools,
    call: async (tool, args) => unwrap(await run(
      ['--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args)])),
    tokens: () => findJson(home, 'refresh_token'),
    clientId: () => findJson(home, 'client_id').client_id,
    close: async () => {},
  };
}

/** The first object with `member` in any JSON file below `dir`. */
export function findJson(dir, member) {
  const search = (stored) => {
    // The Inspector keeps JSON in a string of its JSON.
    const value = typeof stored === 'string' && stored.startsWith('{') ? JSON.parse(stored) : stored;
    if (!value || typeof value !== 'object') return undefined;
    if (member in value) return value;
    for (const inner of Object.values(value)) {
      const found = search(inner);
      if (found) return found;
    }
    return undefined;
  };
  for (const entry of fs.readdirSync(dir, { recursive: true })) {
    const file = path.join(dir, entry);
    if (!fs.statSync(file).isFile()) continue;
    let found;
    try {
      found = search(JSON.parse(fs.readFileSync(file, 'utf8')));
    } catch {
      continue; // not JSON
    }
    if (found) return found;
  }
  throw new Error(`no ${member} is stored below ${dir}`);
}
