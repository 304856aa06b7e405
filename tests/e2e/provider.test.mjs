// A provider is data and one folder: a tool with a scope, a toolset and an address of its own is one file, and a second
// provider, a note service that runs here, is signed in to, granted and called through.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';

import { App, tempDir } from './lib/app.mjs';
import { CLIENTS } from './lib/clients.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Starts the program on the facts in `folder`. */
async function start(folder, { provider = [], env = {} } = {}) {
  const dataDir = tempDir();
  return App.start({ bin: process.env.FLAREDECK_OTHERDATA_BIN, command: (port) => [folder, dataDir, String(port), ...provider], env });
}

const consents = (app) => app.log.split('\n').filter((line) => line.startsWith('{"client"')).map((line) => JSON.parse(line));

test('a file is a toolset with a tool, a scope and an address', { timeout: 120_000 }, async () => {
  const folder = tempDir('flaredeck-facts-');
  fs.cpSync(path.join(ROOT, 'resources/providers/cloudflare'), folder, { recursive: true });
  fs.copyFileSync(path.join(ROOT, 'tests/provider/scripts/names.json'), path.join(folder, 'toolsets/names.json'));
  const app = await start(folder);
  try {
    assert.ok((await fetch(app.url('/.well-known/oauth-protected-resource/scripts/mcp'))).ok);
    const metadata = await (await fetch(app.url('/.well-known/oauth-authorization-server'))).json();
    assert.ok(metadata.scopes_supported.includes('scripts:read'), JSON.stringify(metadata));

    const client = await CLIENTS['SDK v1 over Streamable HTTP'](app, { toolset: '/scripts' });
    try {
      assert.deepEqual((await client.list()).map((tool) => tool.name), ['script_names']);
      const [consent] = consents(app);
      assert.equal(consent.offered['scripts:read'], 'See what your scripts are called');
      const accounts = await client.client.readResource({ uri: 'flaredeck://accounts' });
      const [{ id }] = JSON.parse(accounts.contents[0].text).accounts;
      const result = await client.call('script_names', { account_id: id });
      assert.ok(JSON.parse(result.content[0].text).scripts.some((script) => script.name), result.content[0].text);
    } finally {
      await client.close();
    }
  } finally {
    assert.equal(await app.stop(), 0, app.log);
  }
});

/** A note service with the smallest OAuth server that checks what it is sent. */
async function noteService() {
  const seen = [];
  const json = (response, status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    seen.push({ path: url.pathname, query: url.searchParams, form, authorization: request.headers.authorization });
    if (url.pathname === '/authorize') {
      const back = new URL(url.searchParams.get('redirect_uri'));
      back.search = new URLSearchParams({ code: 'c1', state: url.searchParams.get('state') });
      return response.writeHead(302, { location: back.href }).end();
    }
    if (url.pathname === '/token') {
      if (form.get('code') !== 'c1' || !form.get('code_verifier')) return json(response, 400, { error: 'invalid_grant' });
      return json(response, 200, { access_token: 'note_at', refresh_token: 'note_rt', token_type: 'Bearer', expires_in: 3600 });
    }
    if (url.pathname === '/revoke') return json(response, 200, {});
    if (request.headers.authorization !== 'Bearer note_at') return json(response, 401, {});
    if (url.pathname === '/api/me') return json(response, 200, { id: 'u1', mail: 'ada@example.com', books: [{ id: 'b1', title: 'Diary' }] });
    if (url.pathname === '/api/books/b1/notes') return json(response, 200, [{ text: 'Buy milk' }, { text: 'Call Bob' }]);
    return json(response, 404, {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, seen, origin: `http://127.0.0.1:${server.address().port}` };
}

test('a second provider signs in, is granted and serves a tool', { timeout: 120_000 }, async () => {
  const service = await noteService();
  const folder = tempDir('flaredeck-facts-');
  fs.cpSync(path.join(ROOT, 'tests/provider/notes'), folder, { recursive: true });
  const facts = path.join(folder, 'provider.json');
  fs.writeFileSync(facts, fs.readFileSync(facts, 'utf8').replaceAll('http://127.0.0.1', service.origin));
  const app = await start(folder, { provider: ['notes'], env: { NOTES_CLIENT_ID: 'notes-app' } });
  try {
    const client = await CLIENTS['SDK v1 over Streamable HTTP'](app, { toolset: '/notes' });
    try {
      assert.deepEqual(consents(app)[0].offered, { 'mcp:read': 'See which books of notes you have', 'notes:read': 'Read your notes' });
      const asked = service.seen.find((one) => one.path === '/authorize').query;
      assert.equal(asked.get('client_id'), 'notes-app');
      assert.equal(asked.get('scope'), 'me read-notes offline');
      const notes = JSON.parse((await client.call('notes_list', {})).content[0].text);
      assert.deepEqual(notes.notes, [{ text: 'Buy milk' }, { text: 'Call Bob' }]);
      assert.equal((await client.call('notes_count', {})).content[0].text, '2');
      const everything = JSON.stringify(client.client.getInstructions()) + JSON.stringify(await client.list()) + app.log;
      assert.doesNotMatch(everything, /cloudflare/i);
    } finally {
      await client.close();
    }
  } catch (error) {
    throw new Error(`${error.message}\n${app.log}`, { cause: error });
  } finally {
    assert.equal(await app.stop(), 0, app.log);
    service.server.close();
  }
});
