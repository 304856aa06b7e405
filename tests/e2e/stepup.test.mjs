// A tool outside of the grant: with a person at the terminal the call waits for the answer; with nobody there
// the client gets the 403 of RFC 6750, and does what its SDK does then.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { App, until } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import { CLIENTS } from './lib/clients.mjs';
import { QUERY } from './lib/steps.mjs';

const TOOL = 'query_worker_observability';

/** Signs in for less than the tool needs; later visits ask for what the client wants. */
async function connectNarrow(app, name) {
  const visits = [];
  const client = await CLIENTS[name](app, {
    open: (url) => {
      const visit = new URL(url);
      if (visits.length === 0) visit.searchParams.set('scope', 'mcp:read workers:read');
      visits.push(visit);
      return browse(visit);
    },
  });
  const { accounts } = JSON.parse((await client.call('accounts_list', {})).content[0].text);
  const query = () => client.call(TOOL, { ...QUERY, account_id: accounts[0].id });
  const isListed = async () => (await client.list()).some((tool) => tool.name === TOOL);
  return { ...client, visits, query, isListed };
}

const events = (result) => {
  assert.ok(!result.isError, result.content[0].text);
  assert.equal(JSON.parse(result.content[0].text).length, 5);
};

describe('nobody is there', () => {
  let app;
  before(async () => {
    app = await App.start({ args: ['--headless', '--auto-approve'] });
  });
  after(async () => {
    assert.equal(await app.stop(), 0, app.log);
  });

  for (const name of ['SDK v2 in its 2025 mode', 'SDK v2 without sessions']) {
    test(`${name} asks for the scopes that it lacks`, { timeout: 60_000 }, async () => {
      const client = await connectNarrow(app, name);
      try {
        assert.equal(await client.isListed(), false);
        await assert.rejects(client.query(), /unauthorized/i);
        assert.equal(client.visits.length, 2);
        assert.deepEqual(client.visits[1].searchParams.get('scope').split(' ').sort(),
          ['mcp:read', 'observability:read', 'offline_access', 'workers:read']);
        await client.transport.finishAuth(await client.host.callbackParameters());
        assert.match(client.tokens().scope, /observability:read/);
        // A session belongs to the grant that it was opened with; the new one opens a new session.
        if (client.hasSession === false) events(await client.query());
        else await assert.rejects(client.query(), /Session not found/);
      } finally {
        await client.close();
      }
    });
  }

  test('SDK v1 refreshes, reports the 403 and stays connected', { timeout: 60_000 }, async () => {
    const client = await connectNarrow(app, 'SDK v1 over Streamable HTTP');
    try {
      const before = client.tokens().refresh_token;
      await assert.rejects(client.query(), /403/);
      assert.notEqual(client.tokens().refresh_token, before);
      assert.equal((await client.call('add', { a: 1, b: 2 })).content[0].text, '3');
    } finally {
      await client.close();
    }
  });

  test('over SSE the client reads why', { timeout: 60_000 }, async () => {
    const client = await connectNarrow(app, 'SDK v1 over SSE');
    try {
      const result = await client.query();
      assert.equal(result.isError, true);
      assert.match(result.content[0].text, /permission observability:read/);
    } finally {
      await client.close();
    }
  });
});

test('a person at the terminal answers while the call of SDK v1 waits', { timeout: 90_000 }, async () => {
  const app = await App.start({ args: ['--headless'], terminal: true });
  try {
    let asked = 0;
    /** The next question's text, once it can be answered. */
    const question = () => until('a question', () => {
      const questions = app.log.split('Anything else denies: ');
      return questions.length > asked + 1 && questions[asked++];
    });
    const connecting = connectNarrow(app, 'SDK v1 over Streamable HTTP');
    connecting.catch(() => {});
    await question();
    app.type('yes\n');
    const client = await connecting;

    let waiting = client.query();
    const text = await question();
    for (const part of ['SDK v1 client', TOOL, process.execPath, 'See Workers logs and metrics'])
      assert.ok(text.includes(part), `${part} is missing: ${text}`);
    app.type('once\n');
    events(await waiting);
    assert.equal(await client.isListed(), false);

    waiting = client.query();
    await question();
    app.type('always\n');
    events(await waiting);
    assert.equal(await client.isListed(), true);
    events(await client.query());
    assert.equal(client.visits.length, 1, 'no browser was opened again');
    await client.close();
  } finally {
    assert.equal(await app.stop(), 0, app.log);
  }
});
