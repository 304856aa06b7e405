// The part of an MCP client that its host application has to write: a place for tokens, a callback
// listener, and something that opens the browser. Works for SDK v1 and v2.
import { once } from 'node:events';
import http from 'node:http';

import { browse } from './browser.mjs';

export class Host {
  static async open(name, open = browse) {
    const host = new Host();
    host.name = name;
    host.openBrowser = open;
    host.expectCallback();
    host.server = http.createServer((request, response) => {
      const url = new URL(request.url, host.redirectUrl);
      response.end('You can close this tab.');
      if (url.pathname === '/callback') host.arrived(url.searchParams);
    });
    host.server.listen(0, '127.0.0.1');
    await once(host.server, 'listening');
    host.redirectUrl = `http://127.0.0.1:${host.server.address().port}/callback`;
    return host;
  }

  expectCallback() {
    this.callback = new Promise((resolve) => {
      this.arrived = resolve;
    });
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  // --- OAuthClientProvider
  get clientMetadata() {
    return {
      client_name: this.name,
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }
  state() {
    return (this.sentState = `st/+=${Math.random().toString(36).slice(2)}`);
  }
  clientInformation() {
    return this.client;
  }
  saveClientInformation(client) {
    this.client = client;
  }
  tokens() {
    return this.saved;
  }
  saveTokens(tokens) {
    this.saved = tokens;
  }
  saveCodeVerifier(verifier) {
    this.verifier = verifier;
  }
  codeVerifier() {
    return this.verifier;
  }
  redirectToAuthorization(url) {
    this.expectCallback();
    this.visit = this.openBrowser(url);
    this.visit.catch(() => {}); // awaited in callbackParameters()
  }

  async callbackParameters() {
    await this.visit;
    const parameters = await this.callback;
    if (parameters.get('state') !== this.sentState) throw new Error('the state came back changed');
    return parameters;
  }
}

/** Where a newly registered client sends its person; the answer arrives at the host's callback. */
export async function authorizationUrl(origin, host) {
  const answer = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(host.clientMetadata),
  });
  const { client_id } = await answer.json();
  const url = new URL(`${origin}/oauth/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code', client_id, redirect_uri: host.redirectUrl, state: host.state(), scope: 'mcp:read',
    // RFC 7636 appendix B.
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256', resource: `${origin}/mcp`,
  });
  return url;
}
