// kill -9 at random moments while clients are granted access, refresh and give it back. After each restart:
// what a client was told it has, it has; what was taken back stays taken back.
//   FLAREDECK_E2E_CRASHES=200  how often (25 otherwise)
//   FLAREDECK_E2E_SEED=N       the choices of an earlier run
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { App, tempDir, until } from './lib/app.mjs';
import { Host } from './lib/oauth.mjs';
import * as plain from './lib/plain.mjs';

const ROUNDS = Number(process.env.FLAREDECK_E2E_CRASHES ?? 10);
const SEED = Number(process.env.FLAREDECK_E2E_SEED ?? Math.floor(Math.random() * 2 ** 32));
const WORKERS = 6;
/** Flaredeck ends the oldest when a client has more than five. */
const GRANTS_PER_CLIENT = 4;
/** Wrong tokens cost a client its turn for a minute after ten, so fewer are shown after each start. */
const WRONG_TOKENS = 6;
/** The moment is this many answers after the start at most, and then within some milliseconds. */
const MOST_ANSWERS = 24;
const JITTER_MS = 20;

/** mulberry32: small, and the same everywhere. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * What one client was told. Of each grant: `access` and `refresh` as answered last, `pending` while an answer
 * is awaited, `gone` once a revocation was answered or the server showed that it happened.
 */
class Worker {
  constructor(origin, redirectUri, random) {
    Object.assign(this, { origin, redirectUri, random, grants: [], dead: [], deadAccess: [], codes: [] });
  }

  async register() {
    const { status, body } = await plain.register(this.origin, this.redirectUri);
    assert.equal(status, 201, JSON.stringify(body));
    this.client = body.client_id;
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  /** One step of the load. Rejects when the answer does not arrive; then the notes say what was under way. */
  async step() {
    const choice = this.random();
    const grant = this.pick(this.grants);
    if (this.codes.length > 0 && choice < 0.15) return this.redeem(this.codes[0], [200]);
    const hasRoom = this.grants.length + this.codes.length < GRANTS_PER_CLIENT;
    if (hasRoom && (!grant || choice < 0.3)) return this.obtain();
    if (!grant) return this.redeem(this.codes[0], [200]);
    if (choice < 0.65) return this.refresh(grant);
    if (choice < 0.78) return this.revoke(grant);
    if (choice < 0.88) return this.revokeAccess(grant);
    return this.use(grant);
  }

  async obtain() {
    const code = await plain.authorize(this.origin, this.client, this.redirectUri);
    this.codes.push(code);
    if (this.random() < 0.7) await this.redeem(code, [200]);
  }

  async redeem(code, allowed) {
    code.sent = true;
    const { status, body } = await plain.redeem(this.origin, this.client, this.redirectUri, code);
    assert.ok(allowed.includes(status), `a code was answered ${status} ${JSON.stringify(body)}`);
    this.codes = this.codes.filter((other) => other !== code);
    if (status === 200) this.grants.push({ access: body.access_token, refresh: body.refresh_token });
  }

  /** Right after a start the keychain may not be open yet, and the answer is to come again. */
  async show(refresh) {
    const { failure, answer } = await until('the keychain to open', async () => {
      const [tried] = await Promise.allSettled([plain.refresh(this.origin, this.client, refresh)]);
      return tried.value?.status !== 503 && { failure: tried.reason, answer: tried.value };
    });
    if (failure) throw failure;
    return answer;
  }

  async refresh(grant) {
    grant.pending = 'refresh';
    const { status, body } = await this.show(grant.refresh);
    assert.equal(status, 200, `a refresh was answered ${JSON.stringify(body)}`);
    Object.assign(grant, { access: body.access_token, refresh: body.refresh_token, pending: undefined });
  }

  async revoke(grant) {
    grant.pending = 'revoke';
    const { status } = await plain.revoke(this.origin, this.client, grant.refresh);
    assert.equal(status, 200);
    this.bury(grant);
  }

  async revokeAccess(grant) {
    if (!grant.access) return this.refresh(grant);
    grant.pending = 'revokeAccess';
    const { status } = await plain.revoke(this.origin, this.client, grant.access);
    assert.equal(status, 200);
    this.deadAccess.push(grant.access);
    Object.assign(grant, { access: undefined, pending: undefined });
  }

  async use(grant) {
    if (!grant.access) return this.refresh(grant);
    const { status, sum } = await plain.call(this.origin, grant.access);
    assert.equal(status, 200, 'a token that was given out is refused');
    assert.equal(sum, '42');
  }

  bury(grant) {
    this.grants = this.grants.filter((other) => other !== grant);
    this.dead.push(grant);
  }

  /** After a restart: settles what was under way and checks what was told. */
  async check() {
    assert.ok(await plain.isKnown(this.origin, this.client, this.redirectUri), 'the registration is lost');
    // A code whose redemption was not answered may be used up.
    for (const code of [...this.codes]) await this.redeem(code, code.sent ? [200, 400] : [200]);
    for (const grant of [...this.grants]) await this.settle(grant);
    await this.checkDead(WRONG_TOKENS);
  }

  async settle(grant) {
    const { pending } = grant;
    grant.pending = undefined;
    const status = grant.access ? (await plain.call(this.origin, grant.access)).status : undefined;
    if (status === 401 && pending === 'revoke') return this.bury(grant);
    if (status === 401 && pending === 'revokeAccess') {
      this.deadAccess.push(grant.access);
      grant.access = undefined;
    } else if (status !== undefined) {
      assert.equal(status, 200, `the access token is lost (under way: ${pending ?? 'nothing'})`);
    }
    if (pending === 'revoke' && status === undefined) {
      // Only the refresh token can tell.
      const { status: answered } = await this.show(grant.refresh);
      assert.ok([200, 400].includes(answered));
      return answered === 400 ? this.bury(grant) : this.refresh(grant);
    }
    if (pending || !grant.access || this.random() < 0.2) await this.refresh(grant);
  }

  async checkDead(refreshes) {
    for (const token of [...this.deadAccess.slice(-20), ...this.dead.slice(-20).map((grant) => grant.access).filter(Boolean)])
      assert.equal((await plain.call(this.origin, token)).status, 401, 'a revoked access token lives');
    // The youngest, and some of all.
    const chosen = new Set([...this.dead.slice(-Math.ceil(refreshes / 2)), ...this.dead.filter(() => this.random() < 0.1)]);
    for (const grant of [...chosen].slice(0, refreshes)) {
      const { status, body } = await this.show(grant.refresh);
      assert.deepEqual([status, body.error], [400, 'invalid_grant'], 'a revoked refresh token lives');
    }
  }

  async checkAllDead() {
    for (const token of [...this.deadAccess, ...this.dead.map((grant) => grant.access).filter(Boolean)])
      assert.equal((await plain.call(this.origin, token)).status, 401, 'a revoked access token lives');
  }
}

test(`kill -9 at ${ROUNDS} random moments loses no grant and revives none`, { timeout: 60_000 + ROUNDS * 10_000 }, async (context) => {
  console.log(`seed ${SEED}`);
  const random = generator(SEED);
  const host = await Host.open('crash');
  const options = { args: ['--headless', '--auto-approve'], dataDir: tempDir() };
  let app = await App.start(options);
  context.after(() => app.stop('SIGKILL'));
  options.port = app.port;
  const workers = [];
  for (let i = 0; i < WORKERS; i++) {
    workers.push(new Worker(app.origin, host.redirectUrl, generator(SEED + 1 + i)));
    await workers[i].register();
  }
  const counts = { answered: 0, interrupted: 0 };
  for (let round = 1; round <= ROUNDS; round++) {
    try {
      let killed = false;
      let left = Math.floor(random() * MOST_ANSWERS);
      let enough;
      const moment = new Promise((resolve) => { enough = () => setTimeout(resolve, random() * JITTER_MS); });
      if (left === 0) enough();
      const load = Promise.all(workers.map(async (worker) => {
        while (!killed) {
          try {
            await worker.step();
            counts.answered++;
            if (--left === 0) enough();
          } catch (error) {
            if (!killed || error.code === 'ERR_ASSERTION') throw error;
            counts.interrupted++;
          }
        }
      }));
      await Promise.race([load, moment]);
      killed = true;
      await app.stop('SIGKILL');
      await load;
      app = await App.start(options);
      await Promise.all(workers.map((worker) => worker.check()));
    } catch (error) {
      error.message = `round ${round} of seed ${SEED}: ${error.message}\n${app.log}`;
      throw error;
    }
  }
  for (const worker of workers) await worker.checkAllDead();
  const alive = workers.reduce((sum, worker) => sum + worker.grants.length, 0);
  const dead = workers.reduce((sum, worker) => sum + worker.dead.length, 0);
  console.log(`${ROUNDS} kills: ${counts.answered} answers, ${counts.interrupted} interrupted, ${alive} grants alive, ${dead} revoked`);
  assert.ok(counts.answered > ROUNDS && counts.interrupted > 0, 'there was load');
  host.close();
  assert.equal(await app.stop(), 0, app.log);
});
