// A client without a library: one HTTP request for each step, so that a test knows of every answer whether
// it arrived. Each function resolves with what was answered, {status, body}, and rejects when nothing was.
import crypto from 'node:crypto';

import { browse } from './browser.mjs';

async function send(url, body, headers = {}) {
  const answer = await fetch(url, { method: 'POST', body, headers });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

/** `client` is a client id, or {client_id, client_secret} of a client that authenticates in the form. */
const form = (url, client, parameters) =>
  send(url, new URLSearchParams({ ...(typeof client === 'string' ? { client_id: client } : client), ...parameters }));

export function register(origin, redirectUri, more = {}) {
  return send(`${origin}/register`, JSON.stringify({
    client_name: 'plain', redirect_uris: [redirectUri], token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'], ...more,
  }), { 'content-type': 'application/json' });
}

/** Whether the server knows the client: what a client may ask before it opens a browser. */
export async function isKnown(origin, client, redirectUri) {
  const answer = await fetch(authorizationUrl(origin, client, redirectUri, crypto.randomBytes(32).toString('base64url')),
    { headers: { accept: 'application/json' }, redirect: 'manual' });
  await answer.text();
  return answer.status === 200;
}

export function authorizationUrl(origin, client, redirectUri, verifier, state = crypto.randomBytes(16).toString('hex')) {
  const url = new URL(`${origin}/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code', client_id: client, redirect_uri: redirectUri, state, scope: 'mcp:read', resource: `${origin}/mcp`,
    code_challenge: crypto.createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
  });
  return url;
}

/** Through consent and sign-in; resolves with the code and its verifier. */
export async function authorize(origin, client, redirectUri, options) {
  const verifier = crypto.randomBytes(32).toString('base64url');
  const { url } = await browse(authorizationUrl(origin, client, redirectUri, verifier), options);
  const code = url.searchParams.get('code');
  if (!code) throw new Error(`no code came back: ${url.search}`);
  return { code, verifier };
}

export const redeem = (origin, client, redirect_uri, { code, verifier }) =>
  form(`${origin}/token`, client, { grant_type: 'authorization_code', redirect_uri, code, code_verifier: verifier });

export const refresh = (origin, client, refresh_token) =>
  form(`${origin}/token`, client, { grant_type: 'refresh_token', refresh_token });

export const revoke = (origin, client, token) => form(`${origin}/revoke`, client, { token });

/** A whole tool call, which needs no session; 42 where the token opens it. */
export async function call(origin, token) {
  const answer = await send(`${origin}/mcp`, JSON.stringify({
    jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'add', arguments: { a: 23, b: 19 }, _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'plain', version: '1' },
    } },
  }), {
    authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'add',
  });
  return { status: answer.status, sum: answer.body?.result?.content?.[0]?.text, body: answer.body };
}
