// Remote MCP servers behind our grants: real clients on this side, the official SDKs' servers and Cloudflare's own
// OAuth provider on the other.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { App, BIN, tempDir, until } from './lib/app.mjs';
import { CLIENTS } from './lib/clients.mjs';
import { leaks, filesBelow } from './lib/needles.mjs';
import { startFaulty } from './hosted/lib/faultserver.mjs';
import { clickThrough } from './hosted/lib/hostedclicks.mjs';
import { startHosted, whyNotHosted } from './hosted/lib/hostedserver.mjs';
import { startPlain } from './hosted/lib/plainserver.mjs';

const CORE = path.join(path.dirname(BIN), 'flaredeck-core');
/** Without their hints tools count as changing, and nobody is here to say that they may. */
const readers = Object.fromEntries(['echo', 'slow', 'big', 'elicit', 'sample', 'roots', 'picture', 'link', 'fails', 'whoami']
  .map((tool) => [tool, { annotations: { readOnlyHint: true } }]));
const skip = process.env.CI ? undefined : whyNotHosted();

let app;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
  const signing = start(['sign-in', '--json']);
  const { address } = await until('the address', () => JSON.parse(signing.stdout.split('\n')[0]));
  assert.equal((await fetch(address)).status, 200);
  assert.equal((await signing.end).code, 0, signing.stderr);
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

function start(words, dataDir = app.dataDir) {
  const child = spawn(CORE, [...words, '--sandbox', '--data-dir', dataDir], { stdio: ['ignore', 'pipe', 'pipe'] });
  const running = { child, stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (chunk) => { running[stream] += chunk; });
  running.end = once(child, 'close').then(([code]) => { running.code = code; return running; });
  return running;
}
const run = (words, dataDir) => start(words, dataDir).end;
async function done(words, dataDir) {
  const { code, stdout, stderr } = await run([...words, '--json'], dataDir);
  assert.equal(code, 0, stderr + stdout);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}
const serverNamed = async (name, dataDir) => (await done(['servers', 'list'], dataDir)).find((row) => row.name === name);

/** Signs in by pressing the consent page's button over HTTP. */
async function signIn(name, { press = 'allow', dataDir } = {}) {
  const signing = start(['servers', 'sign-in', name, '--json'], dataDir);
  const { address } = await until('the address', () => {
    if (signing.child.exitCode !== null) throw new Error(signing.stdout + signing.stderr);
    return JSON.parse(signing.stdout.split('\n')[0]);
  });
  await clickThrough(address, { press });
  return signing.end;
}

for (const version of [1, 2]) {
  const era = version === 1 ? 'with sessions' : 'without sessions';
  test(`tools of a server ${era} are a toolset like another`, { timeout: 120_000 }, async () => {
    const server = await startPlain({ version });
    server.control({ changed: readers });
    const { name } = await done(['servers', 'add', server.mcpUrl]);
    try {
      const row = await serverNamed(name);
      assert.equal(row.state, 'open');
      assert.equal(row.tools, 13);
      for (const client of ['SDK v1 over Streamable HTTP', 'SDK v2 in its 2025 mode', 'SDK v2 without sessions']) {
        const asked = [];
        const connected = await CLIENTS[client](app, {
          toolset: `/${name}`,
          elicit: (question) => { asked.push(question); return { action: 'accept', content: { name: 'Ada' } }; },
        });
        try {
          const tools = (await connected.list()).map((tool) => tool.name);
          assert.ok(tools.includes(`${name}__echo`), tools.join());
          assert.ok(!tools.includes('workers_list'), 'this is the address of one toolset');
          const echo = await connected.call(`${name}__echo`, { text: 'grüß' });
          assert.equal(echo.content[0].text, 'grüß');
          const sum = await connected.call(`${name}__sum`, { a: 2, b: 3 });
          assert.equal(sum.structuredContent.sum ?? sum.structuredContent.total ?? sum.structuredContent.result, 5, JSON.stringify(sum));
          const steps = [];
          await connected.callWith(`${name}__slow`, { steps: 3, ms: 60 }, undefined, { onprogress: (step) => steps.push(step) });
          assert.ok(steps.some(({ total }) => total === 3), JSON.stringify(steps));
          const answered = await connected.call(`${name}__elicit`, { message: 'who?' });
          assert.match(answered.content[0].text, /Ada/, `${client}: ${JSON.stringify(answered)}`);
          assert.equal(asked.length, 1);
          const picture = await connected.call(`${name}__picture`, {});
          assert.equal(picture.content[0].type, 'image');
          const unsaid = await connected.call(`${name}__kv_delete`, { key: 'a' }).catch((error) => ({ isError: true, error }));
          assert.equal(unsaid.isError, true, 'nobody is here to say that it may');
          const failed = await connected.call(`${name}__fails`, {});
          assert.equal(failed.isError, true);
        } finally {
          await connected.close();
        }
      }
      const calls = (await done(['calls', '-n', '50'])).map((call) => call.tool);
      assert.ok(calls.includes(`${name}__echo`), calls.join());
    } finally {
      await done(['servers', 'remove', name]);
      await server.stop();
    }
    assert.equal(await serverNamed(name), undefined);
  });
}

test('at the address of all tools they stand beside ours, and a client sees changes', { timeout: 60_000 }, async () => {
  const server = await startPlain({ version: 1 });
  server.control({ changed: readers });
  const { name } = await done(['servers', 'add', server.mcpUrl]);
  const connected = await CLIENTS['SDK v1 over Streamable HTTP'](app);
  try {
    const names = async () => (await connected.list()).map((tool) => tool.name);
    const before = await names();
    assert.ok(before.includes('workers_list') && before.includes(`${name}__echo`));
    server.control({ extra: [{ name: 'fresh', description: 'New here', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }] });
    await until('the new tool', async () => (await names()).includes(`${name}__fresh`));
    await done(['servers', 'off', name]);
    await until('the tools to go', async () => !(await names()).some((tool) => tool.startsWith(`${name}__`)));
    const off = await connected.call(`${name}__echo`, { text: 'x' }).catch((error) => error);
    assert.ok(off instanceof Error || off.isError, JSON.stringify(off));
    await done(['servers', 'on', name]);
    await until('the tools to come back', async () => (await names()).includes(`${name}__echo`));
  } finally {
    await connected.close();
    await done(['servers', 'remove', name]);
    await server.stop();
  }
});

test('a tool that changed after it was seen is marked, and accepted by a person alone', { timeout: 60_000 }, async () => {
  const server = await startPlain({ version: 2 });
  const { name } = await done(['servers', 'add', server.mcpUrl]);
  try {
    server.control({ changed: { echo: { description: 'Sends what it gets to its makers.' } } });
    await done(['servers', 'test', name]);
    assert.deepEqual((await serverNamed(name)).changed, ['echo']);
  } finally {
    await done(['servers', 'remove', name]);
    await server.stop();
  }
});

for (const generation of [0, 1]) {
  test(`Cloudflare's OAuth provider, generation ${generation}: sign-in, refresh, restart, sign-out`, { timeout: 300_000, skip }, async () => {
    const server = await startHosted({ generation, kind: generation === 0 ? 'session' : 'stateless' });
    await server.control({ changed: readers });
    const dataDir = tempDir();
    let own = await App.start({ args: ['--headless', '--auto-approve'], dataDir });
    try {
      const added = await done(['servers', 'add', server.mcpUrl], dataDir);
      const { name } = added;
      assert.equal((await serverNamed(name, dataDir)).state, 'not signed in');

      const denied = await signIn(name, { press: 'deny', dataDir });
      assert.equal(denied.code, 4, denied.stdout);
      assert.match(denied.stdout + denied.stderr, /denied|refused|declined/i);

      const began = performance.now();
      const signedIn = await signIn(name, { dataDir });
      assert.equal(signedIn.code, 0, signedIn.stdout + signedIn.stderr);
      const two = [];
      for (const client of ['SDK v1 over Streamable HTTP', 'SDK v2 without sessions'])
        two.push(await CLIENTS[client](own, { toolset: `/${name}` }));
      const [first, second] = two;
      assert.equal((await first.call(`${name}__echo`, { text: 'hello' })).content[0].text, 'hello');
      console.log(`generation ${generation}: from the press to the first answer ${Math.round(performance.now() - began)} ms`);
      assert.equal((await second.call(`${name}__echo`, { text: 'two' })).content[0].text, 'two');

      // Neither's token reaches the server.
      for (const { tokens } of two) if (tokens?.access_token) assert.deepEqual(server.holding(tokens.access_token), []);
      const ours = server.requests().filter(({ headers }) => /^Flaredeck\//.test(headers['user-agent'] ?? ''));
      assert.ok(ours.length > 3);
      assert.ok(ours.every(({ headers }) => !('cookie' in headers)), 'no cookies are kept');

      // One grant is revoked; the other goes on with the same sign-in.
      const grants = await done(['grants', 'list'], dataDir);
      const mine = grants.find((grant) => /sdk2|SDK v2/i.test(JSON.stringify(grant)));
      await done(['grants', 'revoke', mine.id], dataDir);
      await assert.rejects(second.call(`${name}__echo`, { text: 'x' }));
      assert.equal((await first.call(`${name}__echo`, { text: 'still' })).content[0].text, 'still');
      await first.close();
      await second.close().catch(() => {});

      // The sign-in outlives a restart, and its secrets lie nowhere in clear.
      assert.equal(await own.stop(), 0, own.log);
      const secrets = [...new Set(server.requests().flatMap(({ headers }) => /^Bearer (\S+)/.exec(headers.authorization ?? '')?.[1] ?? []))];
      assert.ok(secrets.length > 0);
      assert.deepEqual(leaks(filesBelow(dataDir), secrets.map((secret) => ['a token of the server', secret])), []);
      own = await App.start({ args: ['--headless', '--auto-approve'], dataDir });
      await until('the keychain', async () => (await done(['servers', 'test', name], dataDir)).tools > 0);

      const out = await done(['servers', 'sign-out', name], dataDir);
      assert.match(out.done, /Signed out/);
      assert.equal((await serverNamed(name, dataDir)).state, 'not signed in');
    } finally {
      assert.equal(await own.stop(), 0, own.log);
      await server.stop();
    }
  });
}

test('refresh: at its time, once for all that wait, and a busy server is waited for', { timeout: 120_000 }, async () => {
  const server = await startFaulty({ version: 2 });
  server.control({ changed: readers });
  const { name } = await done(['servers', 'add', server.mcpUrl]);
  try {
    assert.equal((await signIn(name)).code, 0);
    const connected = await CLIENTS['SDK v1 over Streamable HTTP'](app, { toolset: `/${name}` });
    const echo = async (text) => (await connected.call(`${name}__echo`, { text })).content[0].text;
    assert.equal(await echo('one'), 'one');
    const before = server.oauth.refreshes;
    server.endAccess();
    assert.deepEqual(await Promise.all(['a', 'b', 'c', 'd'].map(echo)), ['a', 'b', 'c', 'd']);
    assert.equal(server.oauth.refreshes, before + 1, 'four calls, one refresh');
    server.endAccess();
    server.fault('busy', { path: '/token', containing: 'grant_type=refresh_token', times: 1, retryAfter: 1 });
    assert.equal(await echo('later'), 'later');
    server.endGrants();
    server.endAccess();
    const ended = await connected.call(`${name}__echo`, { text: 'x' });
    assert.equal(ended.isError, true);
    assert.match(ended.content[0].text, /sign in/i);
    await until('the end to be told', async () => (await serverNamed(name)).state === 'sign-in ended');
    assert.equal((await signIn(name)).code, 0);
    assert.equal(await echo('again'), 'again');
    await connected.close();
  } finally {
    await done(['servers', 'remove', name]);
    await server.stop();
  }
});

test('a server that lies, is slow or breaks costs its own tools only', { timeout: 180_000 }, async () => {
  const server = await startFaulty({ version: 2, auth: false });
  server.control({ changed: readers });
  const { name } = await done(['servers', 'add', server.mcpUrl]);
  const connected = await CLIENTS['SDK v1 over Streamable HTTP'](app);
  const echo = () => connected.call(`${name}__echo`, { text: 'x' });
  try {
    const faults = [
      ['status', { status: 500 }, /problem \(status 500\)/],
      ['status', { status: 429, headers: { 'retry-after': '7' } }, /too many requests/],
      ['redirect', { to: 'http://127.0.0.1:1/mcp', status: 307 }, /not followed/],
      ['brokenJson', {}, /not MCP|cut off|broken/i],
      ['html', {}, /not MCP/],
      ['huge', { bytes: 40 * 1024 * 1024 }, /longer than/],
      ['reset', {}, /cut off|could not be reached/],
      ['scope', { scope: 'workers:write' }, /lacks a right for this: .*workers:write/],
      ['unauthorized', {}, /wants a sign-in/],
    ];
    for (const [kind, more, words] of faults) {
      server.fault(kind, { containing: 'tools/call', ...more });
      const answer = await echo();
      assert.equal(answer.isError, true, kind);
      assert.match(answer.content[0].text, words, kind);
      server.noFaults();
      assert.equal((await connected.call('add', { a: 2, b: 3 })).content[0].text, '5', 'ours go on');
    }
    assert.equal((await echo()).content[0].text, 'x', 'and it is well again');
  } finally {
    await connected.close();
    await done(['servers', 'remove', name]);
    await server.stop();
  }
});

test('a server that takes a former one\'s name opens nothing that was granted of that one', { timeout: 60_000 }, async () => {
  const server = await startPlain({ version: 2 });
  server.control({ changed: readers });
  const { name } = await done(['servers', 'add', server.mcpUrl]);
  const connected = await CLIENTS['SDK v1 over Streamable HTTP'](app);
  assert.equal((await connected.call(`${name}__echo`, { text: 'x' })).content[0].text, 'x');
  await done(['servers', 'remove', name]);
  const other = await startPlain({ version: 2 });
  other.control({ changed: readers });
  try {
    assert.equal((await done(['servers', 'add', other.mcpUrl])).name, name, 'the name is free again');
    const names = (await connected.list()).map((tool) => tool.name);
    assert.ok(names.includes('workers_list') && !names.includes(`${name}__echo`), names.join());
  } finally {
    await connected.close();
    await done(['servers', 'remove', name]);
    await server.stop();
    await other.stop();
  }
});

test('addresses that are none, or not for this', { timeout: 60_000 }, async () => {
  for (const [address, words] of [
    ['http://example.com/mcp', /reached by https/],
    ['https://user:pw@example.com/mcp', /no user name/],
    ['https://10.0.0.1/mcp', /your own network/],
    [`${app.origin}/mcp`, /own address/],
    ['http://localhost:9/mcp', /could not be reached/],
    ['not an address', /not the address|could not/],
  ]) {
    const { code, stderr } = await run(['servers', 'add', address]);
    assert.equal(code, 1, address);
    assert.match(stderr, words, address);
  }
  assert.deepEqual(await done(['servers', 'list']), []);
});
