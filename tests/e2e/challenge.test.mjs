// Every challenge of the server, read by the code that five real clients ship: two of them split it with regular
// expressions of their own, one with a grammar, and all have to find the same in it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { extractWWWAuthenticateParams as readAsSdk2 } from '@modelcontextprotocol/client';
import { extractWWWAuthenticateParams as readAsSdk1 } from '@modelcontextprotocol/sdk/client/auth.js';
import * as oauth from 'oauth4webapi';

import { App } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import { Host } from './lib/oauth.mjs';
import * as plain from './lib/plain.mjs';
import { QUERY } from './lib/steps.mjs';

const MODULES = path.resolve(import.meta.dirname, 'node_modules');

/** A function out of a bundle that does not export it. */
function shipped(folder, name) {
  for (const file of fs.readdirSync(path.join(MODULES, folder))) {
    if (!file.endsWith('.js')) continue;
    const found = new RegExp(`^function ${name}\\(.*?^}`, 'ms').exec(fs.readFileSync(path.join(MODULES, folder, file), 'utf8'));
    if (found) return new Function('debugLog', `${found[0]}; return ${name};`)(() => {});
  }
  throw new Error(`${folder} has no ${name}`);
}

const readAsMcpRemote = shipped('mcp-remote/dist', 'parseWWWAuthenticateHeader');
const readAsInspector = shipped('@modelcontextprotocol/inspector/clients/cli/build', 'parseWwwAuthenticateBearer');

/** Each gives {document, scope, error?, description?}; what a client does not look at it leaves out. */
const PARSERS = {
  'SDK v1': (answer) => {
    const { resourceMetadataUrl, scope, error } = readAsSdk1(answer);
    return { document: resourceMetadataUrl?.href, scope, error };
  },
  'SDK v2': (answer) => {
    const { resourceMetadataUrl, scope, error, errorDescription } = readAsSdk2(answer);
    return { document: resourceMetadataUrl?.href, scope, error, ...(errorDescription && { description: errorDescription }) };
  },
  'mcp-remote': (answer) => {
    const { resourceMetadataUrl, scope, error, errorDescription } = readAsMcpRemote(answer.headers.get('www-authenticate'));
    return { document: resourceMetadataUrl, scope, error, ...(errorDescription && { description: errorDescription }) };
  },
  Inspector: (answer) => {
    const { resourceMetadata, scope, error, errorDescription } = readAsInspector(answer.headers.get('www-authenticate'));
    return { document: resourceMetadata, scope, error, ...(errorDescription && { description: errorDescription }) };
  },
  oauth4webapi: async (answer) => {
    const refused = await oauth.protectedResourceRequest('x', 'GET', new URL('http://localhost/'), undefined, undefined,
      { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: async () => answer.clone() }).catch((error) => error);
    assert.equal(refused.cause?.length, 1, 'one challenge');
    assert.equal(refused.cause[0].scheme, 'bearer');
    const { resource_metadata, scope, error, error_description } = refused.cause[0].parameters;
    return { document: resource_metadata, scope, error, ...(error_description && { description: error_description }) };
  },
};

let app;
let host;
let client;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
  host = await Host.open('challenge');
  client = (await plain.register(app.origin, host.redirectUrl)).body.client_id;
});
after(async () => {
  host.close();
  assert.equal(await app.stop(), 0, app.log);
});

async function signIn(scope) {
  const verifier = 'v'.repeat(43);
  const url = plain.authorizationUrl(app.origin, client, host.redirectUrl, verifier);
  url.searchParams.set('scope', scope);
  url.searchParams.delete('resource');
  const { url: back } = await browse(url);
  return (await plain.redeem(app.origin, client, host.redirectUrl, { code: back.searchParams.get('code'), verifier })).body;
}

async function expectAll(answer, { status, document, scope = 'mcp:read', error }) {
  assert.equal(answer.status, status);
  const line = answer.headers.get('www-authenticate');
  assert.match(line, /^Bearer [a-z_]+="[^"\\]*"(, [a-z_]+="[^"\\]*")*$/);
  const body = await answer.clone().text();
  const description = /error_description="([^"]*)"/.exec(line)?.[1];
  const inBody = JSON.parse(body).error_description; // a refused call answers as a call does
  if (description && inBody) assert.equal(inBody, description);
  for (const [name, read] of Object.entries(PARSERS)) {
    const found = await read(answer);
    const expected = { document, scope, error, ...('description' in found && { description }) };
    assert.deepEqual({ ...found, error: found.error ?? undefined }, expected, `${name} reads ${line}`);
  }
  assert.equal((await (await fetch(document)).json()).scopes_supported.join(' '), 'mcp:read');
}

describe('challenges', () => {
  for (const name of ['localhost', '127.0.0.1', '[::1]']) {
    for (const suffix of ['/mcp', '/mcp/', '/sse', '/observability/mcp', '/mcp?x=y', '/sse?a={b}|,;&c=%22%27']) {
      test(`without a token at ${name}${suffix}`, async () => {
        const origin = `http://${name}:${app.port}`;
        const document = `${origin}/.well-known/oauth-protected-resource${suffix}`;
        for (const method of ['GET', 'POST', 'DELETE'])
          await expectAll(await fetch(origin + suffix, { method }), { status: 401, document });
      });
    }
  }

  const mistyped = `cfl_at_${'A'.repeat(43)}000000`;
  for (const [what, token] of Object.entries({
    'an unknown token': 'x', 'a wrong checksum': mistyped, 'a token of Cloudflare': `cfut_${'a'.repeat(40)}`,
  })) {
    test(`with ${what}`, async () => {
      await expectAll(await fetch(app.url(), { method: 'POST', headers: { authorization: `Bearer ${token}` } }),
        { status: 401, error: 'invalid_token', document: `${app.origin}/.well-known/oauth-protected-resource/mcp` });
    });
  }

  test('with a token that was taken back', async () => {
    const { access_token, refresh_token } = await signIn('mcp:read');
    await plain.revoke(app.origin, client, refresh_token);
    await expectAll(await fetch(app.url(), { method: 'POST', headers: { authorization: `Bearer ${access_token}` } }),
      { status: 401, error: 'invalid_token', document: `${app.origin}/.well-known/oauth-protected-resource/mcp` });
  });

  test('with a token in the address', async () => {
    await expectAll(await fetch(`${app.url()}?access_token=x`),
      { status: 400, error: 'invalid_request', document: `${app.origin}/.well-known/oauth-protected-resource/mcp` });
  });

  test('for a call outside of the grant: what the client has, and what it lacks', async () => {
    const { access_token, scope } = await signIn('mcp:read workers:read');
    assert.equal(scope, 'mcp:read workers:read');
    const answer = await fetch(app.url(), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${access_token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'query_worker_observability',
      },
      body: JSON.stringify({
        jsonrpc: '2.0', id: 1, method: 'tools/call', params: {
          name: 'query_worker_observability', arguments: { ...QUERY, account_id: await accountOf(access_token) }, _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {},
            'io.modelcontextprotocol/clientInfo': { name: 'plain', version: '1' },
          },
        },
      }),
    });
    await expectAll(answer, {
      status: 403, error: 'insufficient_scope', scope: 'mcp:read observability:read workers:read',
      document: `${app.origin}/.well-known/oauth-protected-resource/mcp`,
    });
  });
});

async function accountOf(token) {
  const answer = await fetch(app.url(), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'accounts_list',
    },
    body: JSON.stringify({
      jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'accounts_list', arguments: {}, _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': { name: 'plain', version: '1' },
      } },
    }),
  });
  const { result } = await answer.json();
  return JSON.parse(result.content[0].text).accounts[0].id;
}
