// The official SDK's second version as a server of the stateless revision: the same `add`, no
// authorization, no history. Written as its documentation has it: a server for each request.
import http from 'node:http';

import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const inputSchema = z.object({ a: z.number(), b: z.number() });

const handler = toNodeHandler(createMcpHandler(() => {
  const server = new McpServer({ name: 'peer', version: '2.0.0' });
  server.registerTool('add', { description: 'Adds two numbers', inputSchema },
    async ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }));
  return server;
}));

http.createServer((request, response) => handler(request, response)).listen(Number(process.argv[2]), '127.0.0.1');
