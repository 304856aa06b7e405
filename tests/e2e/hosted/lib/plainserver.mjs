// The official SDK's servers in plain Node, without authorization, with the tools of every stand-in.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';

import { toNodeHandler } from '@modelcontextprotocol/node';
import { Server as Server1 } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import * as types from '@modelcontextprotocol/sdk/types.js';
import * as sdk2 from '@modelcontextprotocol/server';

import { readBody, Requests } from './record.mjs';
import { attachV1, attachV2, freshState, SERVER_INFO, SERVER_OPTIONS } from './tools.mjs';

/** SDK v1: sessions, revisions of 2025. An unknown session is answered with `state.staleStatus`. */
function sessions(state) {
  const live = new Map(); // by session id: {server, transport}
  return {
    async handle(request, response, parsed) {
      const id = request.headers['mcp-session-id'];
      let entry = live.get(id);
      if (id && !entry) {
        response.writeHead(state.staleStatus, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } }));
        return;
      }
      if (!entry) {
        entry = { server: attachV1(new Server1(SERVER_INFO, SERVER_OPTIONS), types, state) };
        entry.transport = new StreamableHTTPServerTransport({
          sessionIdGenerator: randomUUID,
          onsessioninitialized: (fresh) => live.set(fresh, entry),
          onsessionclosed: (closed) => live.delete(closed),
        });
        await entry.server.connect(entry.transport);
      }
      await entry.transport.handleRequest(request, response, parsed);
    },
    changed: () => Promise.all([...live.values()].map(({ server }) => server.sendToolListChanged())),
    forget: () => live.clear(),
    count: () => live.size,
  };
}

/** SDK v2: a server for each request, both eras. */
function stateless(state) {
  const handler = sdk2.createMcpHandler(({ era }) =>
    attachV2(new sdk2.Server(SERVER_INFO, SERVER_OPTIONS), sdk2, state, { era }));
  return { handle: toNodeHandler(handler), changed: async () => handler.notify.toolsChanged(), forget: () => {}, count: () => 0 };
}

/** The MCP half alone: {handle(request, response, parsed body if it was read), changed(), forget(), count()}. */
export const mcpHalf = (version, state) => (version === 1 ? sessions(state) : stateless(state));

/** What every stand-in in this process does with its HTTP server: handle(request, response, body). */
export async function listen(handle, port = 0) {
  const requests = new Requests();
  const server = http.createServer((request, response) => {
    requests.note(request);
    readBody(request).then((body) => handle(request, response, body)).catch((error) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://localhost:${server.address().port}`;
  return {
    url, mcpUrl: `${url}/mcp`, port: server.address().port,
    requests: () => requests.all(), clearRequests: () => requests.clear(), holding: (needle) => requests.holding(needle),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The message; undefined lets the SDK say what is wrong. */
export function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** version: 2 (stateless, both eras) or 1 (sessions, 2025). */
export async function startPlain({ version = 2, port } = {}) {
  const state = { ...freshState(), staleStatus: 404 };
  const mcp = mcpHalf(version, state);
  const standIn = await listen((request, response, body) => {
    if (new URL(request.url, 'http://localhost').pathname === '/mcp') return mcp.handle(request, response, parse(body));
    response.writeHead(404).end();
    return undefined;
  }, port);
  return {
    ...standIn,
    /** Changes the state; connected clients are told that the list of tools is another one. */
    async control(changes = {}) {
      Object.assign(state, changes);
      await mcp.changed();
      return state;
    },
    /** The server has lost its sessions, as after a restart. */
    forgetSessions: () => mcp.forget(),
    sessionCount: () => mcp.count(),
  };
}
