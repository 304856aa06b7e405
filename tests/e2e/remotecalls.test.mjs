// Our side of MCP with remote servers, against the official SDK's own servers of both eras and against one with
// faults: what arrives there, and what comes of it here.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

import { startFaulty } from './hosted/lib/faultserver.mjs';
import { startPlain } from './hosted/lib/plainserver.mjs';
import { until } from './lib/app.mjs';

const ANSWERS = {
  'elicitation/create': { action: 'accept', content: { name: 'Grace' } },
  'sampling/createMessage': { role: 'assistant', model: 'm', content: { type: 'text', text: 'sampled' } },
  'roots/list': { roots: [{ uri: 'file:///project' }] },
};

/** The program with these words: its lines, with those of `kind` by all(kind). */
function run(url, ...words) {
  const lines = [];
  let unread = '';
  const child = spawn(process.env.FLAREDECK_REMOTECLIENT_BIN, [url, ...words.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    const parts = (unread + chunk).split('\n');
    unread = parts.pop();
    lines.push(...parts.map((line) => JSON.parse(line)));
  });
  const all = (kind) => lines.filter((line) => kind in line).map((line) => line[kind]);
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, lines, all }));
  });
  return { ended, all, lines };
}
const call = (url, tool, args, ...words) => run(url, 'call', tool, JSON.stringify(args), ...words).ended;
const textOf = ({ all, lines }) => {
  assert.equal(all('result').length, 1, JSON.stringify(lines));
  return all('result')[0].content[0].text;
};
const failureOf = ({ code, all, lines }) => {
  assert.ok(code === 0 || code === 1, JSON.stringify({ code, lines }));
  assert.equal(all('error').length, 1, JSON.stringify(lines));
  return all('error')[0];
};
const bodies = (standIn, method) => standIn.requests()
  .filter((request) => request.body.includes(`"${method}"`)).map(({ body }) => JSON.parse(body));

for (const version of [1, 2]) {
  const revision = version === 1 ? '2025-11-25' : '2026-07-28';

  test(`SDK v${version}: the era is found out, and every kind of call works`, async () => {
    const standIn = await startPlain({ version });
    try {
      const listed = await run(standIn.mcpUrl, 'list').ended;
      assert.deepEqual(listed.all('revision'), [revision]);
      assert.equal(listed.all('tools')[0].length, 13);
      assert.equal(textOf(await call(standIn.mcpUrl, 'echo', { text: 'hello' })), 'hello');
      assert.equal(textOf(await call(standIn.mcpUrl, 'big', { characters: 1_000_000 })).length, 1_000_000);
      const slow = await call(standIn.mcpUrl, 'slow', { steps: 3, ms: 1 });
      assert.equal(textOf(slow), '3 steps');
      assert.deepEqual(slow.all('progress'), [1, 2, 3]);
      assert.equal((await call(standIn.mcpUrl, 'fails', {})).all('result')[0].isError, true);
      // What is sent says who we are, and nothing of whom we call for.
      assert.ok(standIn.requests().every(({ headers }) => headers['user-agent'].startsWith('Flaredeck/') && !headers.cookie));
    } finally {
      await standIn.stop();
    }
  });

  for (const more of [[], ['--comes-back']]) {
    test(`SDK v${version}: questions reach the client and its answers the server ${more}`, async () => {
      const standIn = await startPlain({ version });
      try {
        const asked = (tool, args) => call(standIn.mcpUrl, tool, args, '--answers', JSON.stringify(ANSWERS), ...more);
        const elicited = await asked('elicit', { message: 'Who?' });
        assert.equal(textOf(elicited), 'accept Grace');
        assert.equal(elicited.all('asked').length, 1);
        assert.equal(textOf(await asked('sample', { prompt: 'Say' })), 'sampled');
        assert.equal(textOf(await asked('roots', {})), 'file:///project');
        if (version === 1) assert.equal(bodies(standIn, 'tools/call').length, 3, 'a parked call is not made again');
      } finally {
        await standIn.stop();
      }
    });
  }

  test(`SDK v${version}: a call that is cancelled ends at the server too`, async () => {
    const standIn = await startPlain({ version });
    try {
      const cancelled = await call(standIn.mcpUrl, 'slow', { steps: 1, ms: 60_000 }, '--cancel-after', 500);
      assert.match(failureOf(cancelled), /cancelled/);
      await until('the server has seen it', async () => (await standIn.control()).calls.includes('slow cancelled'));
    } finally {
      await standIn.stop();
    }
  });

  test(`SDK v${version}: a thousand calls at once lose nothing`, { timeout: 300_000 }, async () => {
    const standIn = await startPlain({ version });
    try {
      const { code, all, lines } = await call(standIn.mcpUrl, 'echo', { text: 'one of many' }, 1000);
      assert.equal(code, 0);
      assert.deepEqual(all('error'), [], JSON.stringify(lines.slice(0, 5)));
      assert.deepEqual(all('done'), [1000]);
      assert.equal((await standIn.control()).calls.filter((name) => name === 'echo').length, 1000);
      const tokens = bodies(standIn, 'tools/call').map(({ params }) => params._meta.progressToken);
      assert.equal(new Set(tokens).size, tokens.length, 'each has a token of its own');
    } finally {
      await standIn.stop();
    }
  });
}

test('a server with sessions tells of a changed list, and is told of the end', async () => {
  const standIn = await startPlain({ version: 1 });
  try {
    const watching = run(standIn.mcpUrl, 'list', '--watch', 60_000);
    await until('it listens', () => standIn.requests().some(({ method }) => method === 'GET'));
    await standIn.control({ hidden: ['whoami'] });
    const { all } = await watching.ended;
    assert.deepEqual(all('listChanged'), [true]);
    await until('the session is over', () => standIn.sessionCount() === 0);
  } finally {
    await standIn.stop();
  }
});

for (const [kind, status] of [['sessionLost', 404], ['sessionStale', 400]]) {
  test(`a session that is gone (${status}) is made anew, once`, async () => {
    const standIn = await startFaulty({ version: 1, auth: false });
    try {
      standIn.fault(kind, { containing: 'tools/call', times: 1 });
      assert.equal(textOf(await call(standIn.mcpUrl, 'echo', { text: 'again' })), 'again');
      assert.equal(bodies(standIn, 'initialize').length, 2);
      standIn.fault(kind, { containing: 'tools/call' });
      failureOf(await call(standIn.mcpUrl, 'echo', { text: 'never' }));
    } finally {
      await standIn.stop();
    }
  });
}

const MiB = 2 ** 20;
for (const [what, kind, options, words] of [
  ['a problem of the server', 'status', { status: 503 }, /has a problem \(status 503\)/],
  ['too many requests', 'busy', {}, /too many requests/],
  ['no right', 'status', { status: 403 }, /refused the request/],
  ['a right that is missing', 'scope', { scope: 'kv:write' }, /lacks a right for this: kv:write/],
  ['no sign-in', 'unauthorized', {}, /wants a sign-in/],
  ['a page', 'html', {}, /not MCP/],
  ['broken JSON', 'brokenJson', {}, /not MCP/],
  ['more than 8 MiB', 'huge', { bytes: 64 * MiB }, /longer than 8388608 bytes/],
  ['more than 8 MiB, as announced', 'huge', { bytes: 64 * MiB, announced: true }, /longer than 8388608 bytes/],
  ['a connection that breaks', 'reset', {}, /could not be reached/],
  ['something else than MCP', 'gone', {}, /not MCP \(status 410\)/],
  ['an endless stream', 'endless', { everyMs: 1, data: { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x'.repeat(MiB) } } }, /longer than 8388608 bytes|too long/],
]) {
  test(`answered with ${what}, a call fails in words, and the next one works`, async () => {
    const standIn = await startFaulty({ version: 2, auth: false });
    try {
      standIn.fault(kind, { containing: 'tools/call', ...options });
      assert.match(failureOf(await call(standIn.mcpUrl, 'echo', { text: 'x' })), words);
      standIn.noFaults();
      assert.equal(textOf(await call(standIn.mcpUrl, 'echo', { text: 'y' })), 'y');
    } finally {
      await standIn.stop();
    }
  });
}

test('a redirect is not followed, and takes nothing along', async () => {
  const standIn = await startFaulty({ version: 2, auth: false });
  const other = await startPlain({ version: 2 });
  try {
    for (const status of [301, 302, 307, 308]) {
      standIn.fault('redirect', { to: other.mcpUrl, status, times: 1 });
      assert.match(failureOf(await run(standIn.mcpUrl, 'list', '--token', 'secret').ended), /is not followed|not MCP/);
      standIn.noFaults();
    }
    assert.deepEqual(other.requests(), []);
  } finally {
    await standIn.stop();
    await other.stop();
  }
});

test('where nothing listens, it says so', async () => {
  const standIn = await startPlain({ version: 2 });
  await standIn.stop();
  assert.match(failureOf(await run(standIn.mcpUrl, 'list').ended), /could not be reached/);
});

for (const endless of ['same', 'new']) {
  test(`a list without end (${endless} cursor) has one here`, async () => {
    const standIn = await startPlain({ version: 2 });
    try {
      await standIn.control({ endless });
      const { all } = await run(standIn.mcpUrl, 'list').ended;
      assert.equal(all('tools')[0].length, endless === 'same' ? 14 : 13 + 49);
    } finally {
      await standIn.stop();
    }
  });
}

test('what a call costs', async () => {
  for (const version of [1, 2]) {
    const standIn = await startPlain({ version });
    try {
      const { all, lines } = await run(standIn.mcpUrl, 'bench', 'echo', JSON.stringify({ text: 'x' }), 200).ended;
      assert.equal(all('cpuPerCallUs').length, 1, JSON.stringify(lines));
      const memory = await run(standIn.mcpUrl, 'memory', 'echo', '{}', 200).ended;
      assert.equal(memory.all('kibPerConnection').length, 1, JSON.stringify(memory.lines));
      console.log(`SDK v${version}: ${Math.round(memory.all('kibPerConnection')[0])} KiB a connection`);
      console.log(`SDK v${version}: ${Math.round(all('cpuPerCallUs')[0])} µs of CPU a call, p50 ${all('p50Us')[0]} µs`);
    } finally {
      await standIn.stop();
    }
  }
});
