// Two OAuth client libraries that know nothing of MCP, and refuse whatever the specifications do not allow:
// the whole life of a permission, and what each of them says when something is wrong.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';

import { App } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import { Host } from './lib/oauth.mjs';
import { plainCall } from './lib/steps.mjs';

// Plain http is for loopback only (RFC 8252 §7.3, §8.3); the libraries want to be told.
const insecure = { [oauth.allowInsecureRequests]: true };
const METHODS = ['none', 'client_secret_basic', 'client_secret_post'];

let app;
let host;

const metadata = (method) => ({
  client_name: `Library with ${method}`, redirect_uris: [host.redirectUrl], token_endpoint_auth_method: method,
  grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
});

/** oauth4webapi as its examples use it. */
const webapi = {
  async register(method) {
    const resource = app.url();
    const server = await oauth.processResourceDiscoveryResponse(resource, await oauth.resourceDiscoveryRequest(resource, insecure));
    assert.deepEqual(server.authorization_servers, [app.origin]);
    const issuer = new URL(server.authorization_servers[0]);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }));
    const client = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(as, metadata(method), insecure));
    const auth = method === 'none' ? oauth.None()
      : method === 'client_secret_basic' ? oauth.ClientSecretBasic(client.client_secret) : oauth.ClientSecretPost(client.client_secret);
    return { as, client, auth };
  },
  authorizationUrl({ as, client }, parameters) {
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({ response_type: 'code', client_id: client.client_id, ...parameters });
    return url;
  },
  async redeem({ as, client, auth }, answer, { verifier, state }) {
    const parameters = oauth.validateAuthResponse(as, client, answer, state);
    return oauth.processAuthorizationCodeResponse(as, client, await oauth.authorizationCodeGrantRequest(
      as, client, auth, parameters, host.redirectUrl, verifier, insecure));
  },
  async refresh({ as, client, auth }, token) {
    return oauth.processRefreshTokenResponse(as, client, await oauth.refreshTokenGrantRequest(as, client, auth, token, insecure));
  },
  async revoke({ as, client, auth }, token) {
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, insecure));
  },
  use: (_, token) => oauth.protectedResourceRequest(token, 'POST', app.url(), MCP_HEADERS, INITIALIZE, insecure),
  clientOf: ({ client }) => client,
};

/** openid-client, which keeps all of it in one configuration. */
const openidClient = {
  async register(method) {
    const options = { algorithm: 'oauth2', execute: [openid.allowInsecureRequests] };
    const auth = { none: openid.None, client_secret_basic: openid.ClientSecretBasic, client_secret_post: openid.ClientSecretPost }[method]();
    const registered = await openid.dynamicClientRegistration(new URL(app.origin), metadata(method), auth, options);
    const client = registered.clientMetadata();
    // Found again with what a program would have stored.
    return { config: await openid.discovery(new URL(app.origin), client.client_id, client, auth, options) };
  },
  authorizationUrl: ({ config }, parameters) => openid.buildAuthorizationUrl(config, parameters),
  redeem: ({ config }, answer, { verifier, state }) =>
    openid.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier, expectedState: state }),
  refresh: ({ config }, token) => openid.refreshTokenGrant(config, token),
  revoke: ({ config }, token) => openid.tokenRevocation(config, token),
  use: ({ config }, token) => openid.fetchProtectedResource(config, token, app.url(), 'POST', INITIALIZE, MCP_HEADERS),
  clientOf: ({ config }) => config.clientMetadata(),
};

const MCP_HEADERS = new Headers({ 'content-type': 'application/json', accept: 'application/json, text/event-stream' });
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0', id: 1, method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'library', version: '1' } },
});

/** Sends the person through consent and sign-in; returns the address that the client was called back at. */
async function authorize(library, session) {
  const secrets = { verifier: oauth.generateRandomCodeVerifier(), state: oauth.generateRandomState() };
  const url = library.authorizationUrl(session, {
    redirect_uri: host.redirectUrl, scope: 'mcp:read', resource: app.url().href, state: secrets.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(secrets.verifier), code_challenge_method: 'S256',
  });
  return { answer: (await browse(url)).url, secrets };
}

/** The error code that the library hands to its program: the server's, or its own. */
async function errorOf(promise) {
  try {
    await promise;
  } catch (error) {
    return error.error ?? error.cause?.error ?? error.code;
  }
  return undefined;
}

for (const [name, library] of Object.entries({ oauth4webapi: webapi, 'openid-client': openidClient })) {
  // A program of its own for each: ten registrations a minute are what one registrant gets.
  describe(name, () => {
    before(async () => {
      app = await App.start({ args: ['--headless', '--auto-approve'] });
      host = await Host.open(name);
    });
    after(async () => {
      host.close();
      assert.equal(await app.stop(), 0, app.log);
    });

    for (const method of METHODS) {
      test(`with ${method}: from discovery to revocation`, { timeout: 60_000 }, async () => {
        const session = await library.register(method);
        const client = library.clientOf(session);
        assert.equal(client.token_endpoint_auth_method, method);
        assert.equal(typeof client.client_secret, method === 'none' ? 'undefined' : 'string');

        const { answer, secrets } = await authorize(library, session);
        assert.equal(answer.searchParams.get('iss'), app.origin);
        const first = await library.redeem(session, answer, secrets);
        assert.equal(first.token_type, 'bearer'); // the libraries write it in lower case
        assert.ok(first.scope.split(' ').includes('mcp:read'), first.scope);
        assert.equal(first.expires_in, 3600);
        assert.equal((await library.use(session, first.access_token)).status, 200);

        const second = await library.refresh(session, first.refresh_token);
        assert.notEqual(second.refresh_token, first.refresh_token, 'the refresh token is rotated');
        assert.notEqual(second.access_token, first.access_token);
        assert.equal((await library.use(session, second.access_token)).status, 200);

        await library.revoke(session, second.refresh_token);
        assert.equal(await errorOf(library.refresh(session, second.refresh_token)), 'invalid_grant');
        for (const { access_token } of [first, second]) {
          // Both libraries throw on a challenge, and read it first.
          const refused = await library.use(session, access_token).catch((error) => error);
          assert.equal(refused.status, 401);
          const [challenge] = refused.cause;
          assert.equal(challenge.scheme, 'bearer');
          assert.equal(challenge.parameters.error, 'invalid_token');
          assert.equal(challenge.parameters.resource_metadata, `${app.origin}/.well-known/oauth-protected-resource/mcp`);
        }
      });
    }

    test('is told what is wrong', { timeout: 60_000 }, async () => {
      const session = await library.register('client_secret_basic');

      const wrong = await authorize(library, session);
      const otherVerifier = { ...wrong.secrets, verifier: oauth.generateRandomCodeVerifier() };
      assert.equal(await errorOf(library.redeem(session, wrong.answer, otherVerifier)), 'invalid_grant');
      const elsewhere = new URL(wrong.answer);
      elsewhere.searchParams.set('iss', `${app.origin}/`);
      assert.equal(await errorOf(library.redeem(session, elsewhere, wrong.secrets)), 'OAUTH_INVALID_RESPONSE');
      assert.equal(await errorOf(library.redeem(session, wrong.answer, { ...wrong.secrets, state: 'another' })), 'OAUTH_INVALID_RESPONSE');
      // None of it used the code up.
      const tokens = await library.redeem(session, wrong.answer, wrong.secrets);
      assert.equal((await plainCall(app.origin, tokens.access_token)).status, 200);

      assert.equal(await errorOf(library.redeem(session, wrong.answer, wrong.secrets)), 'invalid_grant', 'a code works once');
      assert.equal((await plainCall(app.origin, tokens.access_token)).status, 401, 'its second use takes back what it gave');
      assert.equal(await errorOf(library.refresh(session, tokens.refresh_token)), 'invalid_grant');
      assert.equal(await errorOf(library.refresh(session, 'cfl_rt_made-up')), 'invalid_grant');

      const stranger = await library.register('client_secret_post');
      const { answer, secrets } = await authorize(library, stranger);
      assert.equal(await errorOf(library.redeem(session, answer, secrets)), 'invalid_grant', "another client's code");
      assert.equal((await plainCall(app.origin, (await library.redeem(stranger, answer, secrets)).access_token)).status, 200);
    });

    test('gets in without iss, which nothing promised', { timeout: 60_000 }, async () => {
      const session = await library.register('none');
      const { answer, secrets } = await authorize(library, session);
      const lost = new URL(answer);
      lost.searchParams.delete('iss');
      assert.equal((await plainCall(app.origin, (await library.redeem(session, lost, secrets)).access_token)).status, 200);
    });

    test('a wrong secret or way to authenticate is invalid_client', { timeout: 60_000 }, async () => {
      const session = await library.register('client_secret_basic');
      const { answer, secrets } = await authorize(library, session);
      const { client_id, client_secret } = library.clientOf(session);
      const attempt = (auth) => redeemWith(answer, secrets, client_id, auth);
      assert.equal(await attempt(oauth.ClientSecretBasic('guessed')), 'invalid_client');
      assert.equal(await attempt(oauth.ClientSecretPost(client_secret)), 'invalid_client', 'registered for Basic');
      assert.equal(await attempt(oauth.None()), 'invalid_client');
      assert.equal(await attempt(oauth.ClientSecretBasic(client_secret)), undefined);
    });
  });
}

/** One redemption with this way to authenticate; the error code, if there is one. */
async function redeemWith(answer, { verifier, state }, client_id, auth) {
  const issuer = new URL(app.origin);
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }));
  const client = { client_id };
  const parameters = oauth.validateAuthResponse(as, client, answer, state);
  const response = await oauth.authorizationCodeGrantRequest(as, client, auth, parameters, host.redirectUrl, verifier, insecure);
  if (response.status === 401 && response.headers.has('www-authenticate')) return (await response.json()).error;
  return errorOf(oauth.processAuthorizationCodeResponse(as, client, response));
}
