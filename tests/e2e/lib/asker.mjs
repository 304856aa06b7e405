// A server in the app's place, behind its local socket: the official SDK's, which asks the client whatever a server may
// ask. It keeps what it hears, and says who is asked how.
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import path from 'node:path';

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CreateMessageResultSchema, EmptyResultSchema, ListRootsResultSchema, RootsListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

import { tempDir } from './app.mjs';

const question = (text) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens: 10 },
});

export class Asker {
  dataDir = tempDir();
  /** What came by itself, in its order, and what became of questions. */
  heard = [];
  #sessions = new Map();
  #stop = new AbortController();

  static async start() {
    const asker = new Asker();
    asker.http = http.createServer((request, response) => asker.#serve(request, response));
    asker.http.listen(path.join(asker.dataDir, 'local.socket'));
    await once(asker.http, 'listening');
    return asker;
  }

  close() {
    this.http.close();
    this.http.closeAllConnections();
  }

  /** Ends the question that give_up asked. */
  giveUp() {
    this.#stop.abort('nobody needs it any more');
  }

  async #serve(request, response) {
    if (request.url === '/local/access') return response.writeHead(204).end();
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const body = text ? JSON.parse(text) : undefined;
    if (request.url === '/local/welcome') {
      const result = { protocolVersion: body.params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'asker', version: '1.0.0' } };
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: body.id, result }));
    }
    let transport = this.#sessions.get(request.headers['mcp-session-id']);
    if (!transport) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (fresh) => this.#sessions.set(fresh, transport),
      });
      await this.#server().connect(transport);
    }
    return transport.handleRequest(request, response, body);
  }

  #server() {
    const mcp = new McpServer({ name: 'asker', version: '1.0.0' });
    const tool = (name, work, inputSchema = {}) => mcp.registerTool(name, { inputSchema }, async (args, extra) => ({
      content: [{ type: 'text', text: JSON.stringify(await work(args, extra)) }],
    }));
    // On the stream of the call, or on the one that the client listens to.
    const ask = (extra, where, asked, schema, options) => (where === 'call'
      ? extra.sendRequest(asked, schema, options) : mcp.server.request(asked, schema, options));
    const where = { where: z.enum(['call', 'listening']) };
    tool('ask_model', (args, extra) => ask(extra, args.where, question('What is the capital of France?'), CreateMessageResultSchema,
      { onprogress: (progress) => this.heard.push(progress) }), where);
    tool('ask_roots', (args, extra) => ask(extra, args.where, { method: 'roots/list' }, ListRootsResultSchema), where);
    tool('ask_unknown', (args, extra) => ask(extra, args.where, { method: 'weather/ask', params: { of: 'Paris' } }, EmptyResultSchema)
      .catch((error) => ({ code: error.code })), where);
    tool('ask_alive', (args, extra) => ask(extra, args.where, { method: 'ping' }, EmptyResultSchema), where);
    tool('ask_twice', (_, extra) => Promise.all(['one', 'two'].map((text) => extra.sendRequest(question(text), CreateMessageResultSchema))));
    tool('give_up', (args, extra) => ask(extra, args.where, question('Take your time.'), CreateMessageResultSchema, { signal: this.#stop.signal })
      .catch((error) => ({ gaveUp: error.message })), where);
    tool('wait', (_, extra) => {
      this.heard.push('waiting');
      const over = once(extra.signal, 'abort').then(() => this.heard.push('the call was cancelled'));
      return Promise.race([over, extra.sendRequest(question('Take your time.'), CreateMessageResultSchema)]);
    });
    mcp.server.setNotificationHandler(RootsListChangedNotificationSchema, async () => {
      this.heard.push('roots changed');
      const { roots } = await mcp.server.listRoots();
      this.heard.push(roots.map((root) => root.uri));
    });
    return mcp;
  }
}
