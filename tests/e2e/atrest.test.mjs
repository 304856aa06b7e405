// No secret is in a file or in the log, whatever happened: every byte that was written is searched for every
// secret that went over the wire, in all the forms that it may have been written in.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { App, tempDir, until } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import { CLIENTS } from './lib/clients.mjs';
import { inMemory } from './lib/memory.mjs';
import { filesBelow, leaks, needlesOf } from './lib/needles.mjs';
import { Host } from './lib/oauth.mjs';
import * as plain from './lib/plain.mjs';
import { mainJob } from './lib/steps.mjs';

const ARGS = ['--headless', '--auto-approve'];
const sha256 = (text) => crypto.createHash('sha256').update(text).digest();

/** Asks the stand-in for a fault of its next request at a place. */
async function fault(app, body) {
  const { sandbox } = JSON.parse(app.log.split('\n').find((line) => line.startsWith('{"event":"listening"')));
  const answer = await fetch(new URL('/sandbox/fault', sandbox), {
    method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  assert.equal(answer.status, 200, await answer.text());
}

/**
 * Cloudflare's tokens never leave the program, so they are read from its memory while a slow request carries them; the
 * sandbox's file, which has their hashes, tells which are real. Returns those that begin with `prefix` and are not in
 * `known`.
 */
async function carried(app, at, prefix, known, work) {
  await fault(app, { kind: 'slow', at, delayMs: 3000, remaining: 1 });
  const working = work();
  working.catch(() => {});
  const found = await until(`a token ${prefix} in memory`, () => {
    const { agreements } = JSON.parse(fs.readFileSync(path.join(app.dataDir, 'sandbox.json'), 'utf8'));
    const hashes = new Set(Object.values(agreements).flatMap(({ refresh, access }) => [...refresh, ...Object.keys(access)]));
    const real = [...inMemory(app.child.pid, /cfo(?:at|rt)_[A-Za-z0-9_-]{43}/g)]
      .filter((token) => token.startsWith(prefix) && !known.has(token) && hashes.has(sha256(token).toString('hex')));
    return real.length > 0 && real;
  });
  await working;
  return found;
}

test('the search finds each form', () => {
  const secret = `cfl_at_${crypto.randomBytes(32).toString('base64url')}`;
  const written = [secret, Buffer.from(`Bearer ${secret}`).toString('base64'), Buffer.from(`:${secret}.`).toString('base64url'),
    encodeURIComponent(secret), Buffer.from(`x${secret}`, 'utf16le'), Buffer.from(secret).toString('hex'),
    Buffer.from(secret.slice(7), 'base64url')];
  for (const [index, content] of written.entries()) {
    const bytes = Buffer.concat([Buffer.from('before'), Buffer.from(content), Buffer.from('after')]);
    assert.ok(leaks([{ file: 'f', bytes }], [['it', secret]]).length > 0, `form ${index}`);
  }
  assert.deepEqual(leaks([{ file: 'f', bytes: sha256(secret) }], [['it', secret]]), []);
  assert.ok(needlesOf(secret).every(([, needle]) => needle.length >= 32));
});

test('no secret reaches a file or the log', { timeout: 180_000 }, async () => {
  const dataDir = tempDir();
  const options = { args: ARGS, dataDir, keepLog: 50_000_000, env: { QT_LOGGING_RULES: 'flaredeck.*=true' } };
  let app = await App.start(options);
  options.port = app.port;
  let log = '';
  const secrets = new Map();
  const keep = (name, value) => {
    assert.ok(value?.length >= 20, `${name} is known`);
    secrets.set(value, name);
  };
  const keepTokens = (who, { access_token, refresh_token }) => {
    keep(`${who}'s access token`, access_token);
    keep(`${who}'s refresh token`, refresh_token);
  };
  /** What passes through the person's browser. */
  const onHop = (url) => {
    const flow = /\/authorize\/flow\/([A-Za-z0-9_-]{43})/.exec(url.pathname)?.[1];
    if (flow) keep('the handle of the waiting page', flow);
    if (url.searchParams.has('code')) keep(`a code at ${url.pathname}`, url.searchParams.get('code'));
    if (url.pathname === '/oauth/callback') keep('the state of the Cloudflare sign-in', url.searchParams.get('state'));
  };
  const onPage = (page) => {
    const flow = /\/authorize\/flow\/([A-Za-z0-9_-]{43})/.exec(page)?.[1];
    if (flow) keep('the handle of the waiting page', flow);
  };
  const search = (when) => {
    log += app.log;
    const files = [...filesBelow(dataDir, process.env.HOME), { file: 'the log', bytes: Buffer.from(log) }];
    assert.ok(files.length > 3 && log.length > 0, 'there is something to search');
    assert.deepEqual(leaks(files, [...secrets].map(([secret, name]) => [name, secret])), [], when);
    return files;
  };

  // A client of an SDK: sign-in, session, tools.
  const client = await CLIENTS['SDK v1 over Streamable HTTP'](app, { open: (url) => browse(url, { onHop, onPage }) });
  const account = await mainJob(client);
  const callback = await client.host.callback;
  keep("the SDK client's code", callback.get('code'));
  keep("the SDK client's verifier", client.host.codeVerifier());
  keep("the SDK client's session", client.transport.sessionId);
  keepTokens('the SDK client', client.tokens());

  // Cloudflare's token ends before its time and is refreshed, twice.
  const list = async () => assert.ok(!(await client.call('workers_list', { account_id: account })).isError);
  const keepCarried = async (at, prefix) => {
    for (const token of await carried(app, at, prefix, secrets, list)) keep(`Cloudflare's ${token.slice(0, 5)}`, token);
  };
  for (let round = 0; round < 2; round++) {
    await keepCarried('api', 'cfoat_');
    await fault(app, { kind: 'token_expired' });
    await keepCarried('token', 'cfort_');
  }

  // Tokens where they do not belong.
  await client.call('workers_get_worker', { account_id: account, scriptName: client.tokens().access_token });
  await client.call('workers_get_worker', { account_id: account, scriptName: client.tokens().refresh_token }).catch(() => {});
  await fetch(`${app.origin}/mcp?access_token=${client.tokens().access_token}`);
  await fetch(`${app.origin}/nowhere/${client.tokens().access_token}`, { headers: { authorization: `Bearer ${client.tokens().access_token}` } });

  // A client with a secret: wrong and right redemption, rotation, a replay, revocation.
  const host = await Host.open('at rest');
  const { body: registered } = await plain.register(app.origin, host.redirectUrl, { token_endpoint_auth_method: 'client_secret_post' });
  const confidential = { client_id: registered.client_id, client_secret: registered.client_secret };
  keep("the other client's secret", registered.client_secret);
  const signIn = async () => {
    const code = await plain.authorize(app.origin, registered.client_id, host.redirectUrl, { onHop, onPage });
    keep("the other client's code", code.code);
    keep("the other client's verifier", code.verifier);
    return code;
  };
  const code = await signIn();
  assert.equal((await plain.redeem(app.origin, confidential, host.redirectUrl, { ...code, verifier: 'v'.repeat(43) })).status, 400);
  let tokens = (await plain.redeem(app.origin, confidential, host.redirectUrl, code)).body;
  keepTokens('the other client', tokens);
  for (let i = 0; i < 3; i++) {
    tokens = (await plain.refresh(app.origin, confidential, tokens.refresh_token)).body;
    keepTokens('the other client', tokens);
    assert.equal((await plain.call(app.origin, tokens.access_token)).sum, '42');
  }
  assert.equal((await plain.redeem(app.origin, confidential, host.redirectUrl, code)).body.error, 'invalid_grant');
  await signIn(); // never collected
  const last = (await plain.redeem(app.origin, confidential, host.redirectUrl, await signIn())).body;
  keepTokens('the other client', last);

  const files = search('while it runs');
  assert.ok(files.some(({ bytes }) => bytes.includes(sha256(last.access_token))), 'the hash of a live token is where tokens are kept');

  await app.stop('SIGKILL');
  search('after kill -9');
  app = await App.start(options);
  assert.equal((await plain.call(app.origin, last.access_token)).sum, '42');
  assert.equal((await plain.revoke(app.origin, confidential, last.refresh_token)).status, 200);
  assert.equal((await plain.call(app.origin, last.access_token)).status, 401);
  assert.equal((await plain.revoke(app.origin, client.clientId(), client.tokens().refresh_token)).status, 200);
  search('after revocation');
  await client.close();
  host.close();
  assert.equal(await app.stop(), 0, app.log);
  search('after the end');
  console.log(`${secrets.size} secrets, ${files.length} files, ${log.length} characters of log`);
});
