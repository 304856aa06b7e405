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
    host.callback = new Promise((resolve) => {
      host.server = http.createServer((request, response) => {
        const url = new URL(request.url, host.redirectUrl);
        response.end('You can close this tab.');
        if (url.pathname === '/callback') resolve(url.searchParams);
      });
    });
    host.server.listen(0, '127.0.0.1');
    await once(host.server, 'listening');
    host.redirectUrl = `http://127.0.0.1:${host.server.address().port}/callback`;
    return host;
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
