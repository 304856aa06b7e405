// Clients that refresh in parallel keep their sign-in: processes that share one token store and do not wait
// for each other, and clients that have nothing in common. Prints how fast it goes, which is how fast the
// disk is: each answer is synced before it is given.
//   FLAREDECK_E2E_ROTATIONS=10000  how many in all (500 otherwise)
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { after, before, test } from 'node:test';

import { App, tempDir } from './lib/app.mjs';
import { Host } from './lib/oauth.mjs';
import * as plain from './lib/plain.mjs';

const REFRESHER = path.resolve(import.meta.dirname, 'lib/refresher.mjs');
const PROCESSES = 8;
const TOTAL = Number(process.env.FLAREDECK_E2E_ROTATIONS ?? 500);
const SHARED = Math.round((TOTAL * 0.8) / PROCESSES); // each
const OWN = Math.round((TOTAL * 0.2) / PROCESSES);
const run = promisify(execFile);

let app;
let host;
const dir = tempDir('flaredeck-rotation-');
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
  host = await Host.open('rotation');
});
after(async () => {
  host.close();
  assert.equal(await app.stop(), 0, app.log);
});

async function signIn(name) {
  const client = (await plain.register(app.origin, host.redirectUrl)).body.client_id;
  const tokens = await plain.redeem(app.origin, client, host.redirectUrl, await plain.authorize(app.origin, client, host.redirectUrl));
  assert.equal(tokens.status, 200);
  const store = path.join(dir, name);
  fs.writeFileSync(store, JSON.stringify(tokens.body));
  return { client, store, first: tokens.body };
}

const stored = ({ store }) => JSON.parse(fs.readFileSync(store, 'utf8'));
/** "cfl_rt_<grant>_<generation>_<secret>" */
const parts = ({ refresh_token }) => /^cfl_rt_([0-9a-f]{32})_(\d+)_/.exec(refresh_token).slice(1);

/** Starts all at once; returns how many refreshes they were given in how many seconds. */
async function refresh(sessions, each) {
  const results = await Promise.all(sessions.map(async ({ client, store }) => {
    const { stdout } = await run(process.execPath, [REFRESHER, `${app.origin}/token`, client, store, String(each)]);
    return JSON.parse(stdout);
  }));
  assert.deepEqual(results.flatMap((result) => result.refused), []);
  const seconds = (Math.max(...results.map((result) => result.ended)) - Math.min(...results.map((result) => result.began))) / 1000;
  return { count: results.reduce((sum, result) => sum + result.answered, 0), seconds };
}

/** The login is as good as on its first day. */
async function assertAlive(session) {
  const [grant] = parts(session.first);
  assert.equal(parts(stored(session))[0], grant, 'still the same permission');
  const { status, body } = await plain.refresh(app.origin, session.client, stored(session).refresh_token);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal((await plain.call(app.origin, body.access_token)).sum, '42');
}

const told = (what, { count, seconds }, generations) =>
  console.log(`${what}: ${count} refreshes, ${generations} generations, ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} per second`);

test(`eight processes share a store and refresh ${SHARED} times each without a lost login`, { timeout: 900_000 }, async () => {
  const session = await signIn('shared.json');
  // Meanwhile somebody works with what is in the store: use retires what came before.
  let working = true;
  let calls = 0;
  const work = (async () => {
    while (working) {
      // 401 where eight younger ones have been given out since it was read.
      const { status, sum } = await plain.call(app.origin, stored(session).access_token);
      assert.ok(status === 401 || sum === '42', `${status}`);
      calls += status === 200 ? 1 : 0;
    }
  })();
  const done = await refresh(Array(PROCESSES).fill(session), SHARED).finally(() => { working = false; });
  await work;
  assert.equal(done.count, SHARED * PROCESSES);
  assert.ok(calls > 0, 'the tokens were used meanwhile');
  const generation = Number(parts(stored(session))[1]);
  assert.ok(generation > SHARED, `they overtook each other, but moved on: ${generation}`);
  told('one store', done, generation);
  await assertAlive(session);
});

test(`eight clients of their own refresh ${OWN} times each, side by side`, { timeout: 400_000 }, async () => {
  const sessions = [];
  for (let i = 0; i < PROCESSES; i++) sessions.push(await signIn(`own${i}.json`));
  const done = await refresh(sessions, OWN);
  told('eight stores', done, PROCESSES * OWN);
  for (const session of sessions) {
    assert.equal(parts(stored(session))[1], String(OWN + 1));
    await assertAlive(session);
  }
});
