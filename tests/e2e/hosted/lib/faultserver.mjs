// A hosted server with something wrong. The MCP half is the official SDK's, the OAuth half is small and approves
// by itself; between them and the client stand the faults that a test has switched on.
import crypto from 'node:crypto';

import { listen, mcpHalf, parse } from './plainserver.mjs';
import { freshState } from './tools.mjs';

const random = () => crypto.randomBytes(24).toString('base64url');

function json(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}

const rpcError = (code, message) => ({ jsonrpc: '2.0', id: null, error: { code, message } });

/** Each takes (response, options, body, origin) and answers in the server's place. */
const ANSWERS = {
  /** The person's or another machine's own network, or another origin. */
  redirect: (response, { to, status = 307 }) => response.writeHead(status, { location: to }).end(),
  status: (response, { status, headers, body = '' }) => response.writeHead(status, headers).end(body),
  html: (response, { status = 200 }) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<!doctype html><title>Just a moment…</title>'),
  brokenJson: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":1,"resu'),
  /** One JSON-RPC answer of so many bytes, with a length or without. */
  async huge(response, { bytes = 2 ** 30, announced = false }, body) {
    const message = JSON.parse(body || '{}');
    const before = `{"jsonrpc":"2.0","id":${JSON.stringify(message.id ?? 1)},"result":{"resultType":"complete","content":[{"type":"text","text":"`;
    const after = '"}]}}';
    response.writeHead(200, { 'content-type': 'application/json', ...(announced && { 'content-length': bytes }) });
    response.write(before);
    const block = Buffer.alloc(1 << 16, 'x');
    for (let left = bytes - before.length - after.length; left > 0; left -= block.length) {
      if (response.destroyed) return;
      if (!response.write(block.subarray(0, Math.min(left, block.length)))) {
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
      }
    }
    response.end(after);
  },
  /** An event stream that goes on with `data` (or comments) and never gives the answer. */
  endless(response, { everyMs = 20, data }) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => response.write(data ? `data: ${JSON.stringify(data)}\n\n` : ': still here\n\n'), everyMs);
    response.once('close', () => clearInterval(timer));
  },
  /** An event stream that opens, and then nothing. */
  mute: (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
  /** Accepted, never answered. */
  silent: () => {},
  reset: (response) => response.socket.destroy(),
  busy: (response, { retryAfter = 30 }) =>
    json(response, 429, { error: 'temporarily_unavailable', error_description: 'A refresh is under way' }, { 'retry-after': retryAfter }),
  oauthError: (response, { error, status = 400 }) => json(response, status, { error, error_description: error }),
  gone: (response) => response.writeHead(410, { 'content-type': 'application/problem+json', link: '</mcp>; rel="alternate"' })
    .end(JSON.stringify({ title: 'Gone', status: 410 })),
  unauthorized: (response, options, body, origin) => challenge(response, 401, origin, 'error="invalid_token"'),
  scope: (response, { scope }, body, origin) => challenge(response, 403, origin, `error="insufficient_scope", scope="${scope}"`),
  sessionLost: (response) => json(response, 404, rpcError(-32001, 'Session not found')),
  sessionStale: (response) => json(response, 400, rpcError(-32000, 'Bad Request: No valid session ID provided')),
};

function challenge(response, status, origin, more) {
  response.writeHead(status, { 'www-authenticate':
    `Bearer realm="OAuth"${more ? `, ${more}` : ''}, resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"` }).end();
}

/**
 * version: as of startPlain(). auth: whether /mcp wants a token. See fault() of what it resolves with.
 */
export async function startFaulty({ version = 2, auth = true, port } = {}) {
  const state = { ...freshState(), staleStatus: 404 };
  const mcp = mcpHalf(version, state);
  const clients = new Map();
  const codes = new Map(); // by code: {client_id, redirect_uri, code_challenge}
  const refreshTokens = new Map(); // by token: client_id
  const accessTokens = new Set();
  const oauth = { resource: {}, server: {}, redirect: {}, expiresIn: 3600, loseAnswer: 0, refreshes: 0 };
  let faults = [];
  let origin;

  function metadata(response, pathname) {
    if (pathname === '/.well-known/oauth-protected-resource/mcp') {
      return json(response, 200, { resource: `${origin}/mcp`, authorization_servers: [origin], bearer_methods_supported: ['header'], ...oauth.resource });
    }
    if (pathname !== '/.well-known/oauth-authorization-server') return response.writeHead(404).end();
    return json(response, 200, {
      issuer: origin, authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`, revocation_endpoint: `${origin}/token`,
      response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'], code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true, ...oauth.server,
    });
  }

  function authorize(response, parameters) {
    const { client_id, redirect_uri, state: given, code_challenge } = Object.fromEntries(parameters);
    if (!clients.has(client_id)) return response.writeHead(400, { 'content-type': 'text/html' }).end('<h1>Client not found</h1>');
    const code = random();
    codes.set(code, { client_id, redirect_uri, code_challenge });
    const back = new URL(redirect_uri);
    for (const [name, value] of Object.entries({ code, state: given, iss: origin, ...oauth.redirect })) {
      if (value !== null && value !== undefined) back.searchParams.set(name, value);
    }
    return response.writeHead(302, { location: back.href }).end();
  }

  function token(response, form) {
    const given = Object.fromEntries(form);
    if (given.token) { // RFC 7009
      refreshTokens.delete(given.token);
      accessTokens.delete(given.token);
      return response.writeHead(200).end();
    }
    if (!clients.has(given.client_id)) return json(response, 401, { error: 'invalid_client' });
    if (given.resource && given.resource !== `${origin}/mcp`) return json(response, 400, { error: 'invalid_target' });
    if (given.grant_type === 'authorization_code') {
      const code = codes.get(given.code);
      codes.delete(given.code);
      const hash = crypto.createHash('sha256').update(given.code_verifier ?? '').digest('base64url');
      if (!code || code.client_id !== given.client_id || code.redirect_uri !== given.redirect_uri || code.code_challenge !== hash)
        return json(response, 400, { error: 'invalid_grant' });
    } else if (given.grant_type === 'refresh_token') {
      if (refreshTokens.get(given.refresh_token) !== given.client_id) return json(response, 400, { error: 'invalid_grant' });
      oauth.refreshes += 1;
    } else {
      return json(response, 400, { error: 'unsupported_grant_type' });
    }
    const access = `user:grant:${random()}`;
    const fresh = `user:grant:${random()}`;
    accessTokens.add(access);
    refreshTokens.set(fresh, given.client_id); // the old one stays good, as the provider has it
    if (oauth.loseAnswer > 0) {
      oauth.loseAnswer -= 1;
      return response.socket.destroy();
    }
    return json(response, 200, {
      access_token: access, token_type: 'bearer', expires_in: oauth.expiresIn, refresh_token: fresh, scope: '', resource: `${origin}/mcp`,
    });
  }

  /** The first fault that is for this request; uses one of its times up. */
  function faultOf(request, pathname, body) {
    const fault = faults.find(({ times, path = '/mcp', httpMethod = request.method, containing = '' }) =>
      times > 0 && path === pathname && httpMethod === request.method && body.includes(containing));
    if (fault) fault.times -= 1;
    return fault;
  }

  const standIn = await listen(async (request, response, body) => {
    const { pathname, searchParams } = new URL(request.url, origin);
    const fault = faultOf(request, pathname, body);
    if (fault?.afterMs) await new Promise((resolve) => setTimeout(resolve, fault.afterMs));
    if (fault && fault.kind !== 'late') return ANSWERS[fault.kind](response, fault, body, origin);
    if (pathname.startsWith('/.well-known/')) return metadata(response, pathname);
    if (pathname === '/authorize') return authorize(response, searchParams);
    if (pathname === '/token') return token(response, new URLSearchParams(body));
    if (pathname === '/register') {
      const client = { ...JSON.parse(body), client_id: random(), client_id_issued_at: Math.floor(Date.now() / 1000) };
      clients.set(client.client_id, client);
      return json(response, 201, client);
    }
    if (pathname !== '/mcp') return response.writeHead(404).end();
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (auth && !accessTokens.has(bearer)) return challenge(response, 401, origin, bearer ? 'error="invalid_token"' : '');
    return mcp.handle(request, response, parse(body));
  }, port);
  origin = standIn.url;

  return {
    ...standIn,
    /** As of startPlain(): for tools that are named twice, or like one of ours, or whose list never ends. */
    async control(changes = {}) {
      Object.assign(state, changes);
      await mcp.changed();
      return state;
    },
    /**
     * Adds a fault: {kind, path = '/mcp', httpMethod, containing, times = Infinity, afterMs, ...}. `kind` is one of
     * ANSWERS, or 'late': the right answer, after `afterMs`. `containing` picks requests by their body
     * ('tools/call', 'grant_type=refresh_token').
     */
    fault(kind, options = {}) {
      if (kind !== 'late' && !ANSWERS[kind]) throw new Error(`no fault ${kind}`);
      faults.push({ kind, times: Infinity, ...options });
    },
    noFaults: () => {
      faults = [];
    },
    /**
     * What the OAuth half says, to be changed: members of `resource` (RFC 9728) and `server` (RFC 8414), parameters
     * of the `redirect` (null: left out), `expiresIn`, `loseAnswer` (token answers that get lost); `refreshes` counts.
     */
    oauth,
    forgetClients: () => clients.clear(),
    forgetSessions: () => mcp.forget(),
    sessionCount: () => mcp.count(),
    endAccess: () => accessTokens.clear(), // the tokens given out so far are no longer good
    endGrants: () => (refreshTokens.clear(), accessTokens.clear()),
  };
}
