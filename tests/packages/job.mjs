// What a person and their clients do with an installed Flaredeck: job.mjs first|again BIN STATE
// first: sign in to the sandbox, connect a client by the address and one through the bridge, let both work.
// again: the same data with a later start: the client by the address goes on with the token that it has.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { App } from './lib/app.mjs';
import { CLIENTS } from './lib/clients.mjs';
import { mainJob } from './lib/steps.mjs';

const [phase, bin, state] = process.argv.slice(2);
const dataDir = path.join(os.homedir(), '.local/share/flaredeck-sandbox'); // where it is without --data-dir
const known = phase === 'again' ? JSON.parse(fs.readFileSync(state, 'utf8')) : {};
const log = (text) => console.log(`${(Date.now() / 1000).toFixed(2)} ${text}`);

const faces = (client) => ({
  list: async () => (await client.listTools()).tools,
  call: (name, args) => client.callTool({ name, arguments: args }),
});

const app = await App.start({ bin, dataDir, port: known.port, args: ['--auto-approve'] });
log('listens');
if (phase === 'first') {
  const client = await CLIENTS['SDK v1 over Streamable HTTP'](app);
  await client.call('add', { a: 1, b: 2 });
  log('first answer of a tool');
  await mainJob(client);
  fs.writeFileSync(state, JSON.stringify({ port: app.port, token: client.tokens().access_token }));
  await client.client.close();
  client.host.close();
} else {
  const client = new Client({ name: 'sdk1', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(app.url(), {
    requestInit: { headers: { authorization: `Bearer ${known.token}` } },
  }));
  await mainJob(faces(client));
  await client.close();
}
log('the client by the address has done its job');

const host = new Client({ name: 'host', version: '1.0.0' });
await host.connect(new StdioClientTransport({
  command: path.join(path.dirname(bin), 'flaredeck-bridge'), args: ['--sandbox'], env: { ...process.env },
}));
await mainJob(faces(host));
await host.close();
log('the client through the bridge has done its job');
assert.equal(await app.stop(), 0, app.log);
