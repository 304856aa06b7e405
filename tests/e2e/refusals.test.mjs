// What the SDKs make of each refusal of the token endpoint: waiting keeps everything and opens no browser, an ended
// permission costs one sign-in, an unknown client registers anew by itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { auth as auth2 } from '@modelcontextprotocol/client';
import { auth as auth1 } from '@modelcontextprotocol/sdk/client/auth.js';

import { App } from './lib/app.mjs';
import { Host } from './lib/oauth.mjs';
import * as plain from './lib/plain.mjs';

let app;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

/** A host whose client is registered, holds a refresh token, and counts what happens to it. */
async function hostWith(name, refresh_token, client_id) {
  const host = await Host.open(name, async () => {});
  host.opened = 0;
  host.dropped = [];
  host.redirectToAuthorization = () => { host.opened += 1; };
  host.invalidateCredentials = (what) => {
    host.dropped.push(what);
    if (what === 'all' || what === 'tokens') host.saved = undefined;
    if (what === 'all' || what === 'client') host.client = undefined;
  };
  const registered = (await plain.register(app.origin, host.redirectUrl)).body;
  host.client = client_id ? { client_id } : registered;
  host.saved = { access_token: 'gone', token_type: 'Bearer', refresh_token };
  return host;
}

for (const [name, auth] of Object.entries({ 'SDK v1': auth1, 'SDK v2': auth2 })) {
  describe(name, () => {
    test('keeps its tokens and opens nothing when it is told to wait', { timeout: 30_000 }, async () => {
      const token = `${name} waits`;
      const host = await hostWith(name, token);
      try {
        let status;
        for (let i = 0; i < 20 && status !== 429; i++)
          ({ status } = await plain.refresh(app.origin, host.client.client_id, token));
        assert.equal(status, 429);
        await assert.rejects(auth(host, { serverUrl: app.url() }), /too often/);
        assert.equal(host.opened, 0);
        assert.deepEqual(host.dropped, []);
        assert.equal(host.saved.refresh_token, token);
      } finally {
        host.close();
      }
    });

    test('signs in once more when the permission has ended', { timeout: 30_000 }, async () => {
      const host = await hostWith(name, `${name} ended`);
      const { client_id } = host.client;
      try {
        assert.equal(await auth(host, { serverUrl: app.url() }), 'REDIRECT');
        assert.equal(host.opened, 1);
        assert.deepEqual(host.dropped, ['tokens']);
        assert.equal(host.client.client_id, client_id, 'the registration stays');
      } finally {
        host.close();
      }
    });

    test('registers anew when the client is unknown', { timeout: 30_000 }, async () => {
      const host = await hostWith(name, `${name} unknown`, 'd_forgotten-client');
      try {
        assert.equal(await auth(host, { serverUrl: app.url() }), 'REDIRECT');
        assert.equal(host.opened, 1);
        assert.deepEqual(host.dropped.includes('all') ? ['client', 'tokens'] : host.dropped, ['client', 'tokens']);
        assert.match(host.client.client_id, /^d_(?!forgotten)/);
      } finally {
        host.close();
      }
    });
  });
}
