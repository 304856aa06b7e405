// A result that is too long for a model, with real clients: cut between two records, and the rest is read page by page.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { App } from './lib/app.mjs';
import { CLIENTS } from './lib/clients.mjs';
import { QUERY } from './lib/steps.mjs';

const LIMIT = 24_000;

// One for each test: all clients together are more than may register in a short time.
let app;
beforeEach(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
});
afterEach(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

const ask = (limit) => ({ query: { ...QUERY.query, limit } });

/** What comes behind the result: the data of each page, in order. */
async function pagesOf(client, uri) {
  const pages = [];
  for (let next = uri; next;) {
    const { contents: [data, words] } = await client.readResource({ uri: next });
    assert.ok(data.text.length <= LIMIT, `a page of ${data.text.length} characters`);
    assert.equal(data.uri, next);
    pages.push(data);
    next = /The next page is (\S+)\.$/.exec(words.text)?.[1];
  }
  return pages;
}

for (const name of ['SDK v1 over Streamable HTTP', 'SDK v1 over SSE', 'SDK v2 in its 2025 mode', 'SDK v2 without sessions']) {
  test(`${name} reads the rest of a long result`, { timeout: 120_000 }, async () => {
    const connected = await CLIENTS[name](app, { toolset: '/observability' });
    const other = await CLIENTS[name](app, { toolset: '/observability' });
    try {
      const { client } = connected;
      const { accounts } = JSON.parse((await connected.call('accounts_list', {})).content[0].text);
      const account_id = accounts[0].id;
      const result = await connected.call('query_worker_observability', { ...ask(200), account_id });
      assert.ok(!result.isError, result.content[0].text);
      const [shown, note, link] = result.content;
      const first = JSON.parse(shown.text);
      assert.ok(first.length > 0 && first.length < 200, `${first.length} events are shown`);
      assert.ok(shown.text.length + note.text.length <= LIMIT);
      assert.match(note.text, new RegExp(`${first.length} of 200 records`));
      assert.match(note.text, /query\.limit for fewer records/);
      assert.equal(link.type, 'resource_link');
      assert.match(link.uri, /^flaredeck:\/\/results\/[0-9a-f]{32}$/);
      assert.deepEqual(result.structuredContent.result, first);
      assert.equal(result.structuredContent.cut, note.text);

      const whole = [...first];
      for (const page of await pagesOf(client, link.uri)) {
        assert.equal(page.mimeType, 'application/json');
        const { path, from, to, of, items } = JSON.parse(page.text);
        assert.deepEqual([path, from, to, of], ['', whole.length + 1, whole.length + items.length, 200]);
        whole.push(...items);
      }
      assert.equal(whole.length, 200);
      // The newest of a fixed time: asked in small portions, they are the same.
      const few = JSON.parse((await connected.call('query_worker_observability', { ...ask(5), account_id })).content[0].text);
      assert.deepEqual(whole.slice(0, 5), few);
      assert.equal(new Set(whole.map((event) => JSON.stringify(event))).size, 200, 'every event once');

      const { resourceTemplates } = await client.listResourceTemplates();
      assert.ok(resourceTemplates.some(({ uriTemplate }) => uriTemplate.startsWith('flaredeck://results/{id}')));
      for (const [who, uri] of [[client, `${link.uri}?page=99`], [client, 'flaredeck://results/nix'], [other.client, link.uri]])
        await assert.rejects(who.readResource({ uri }), /There is no/);
    } finally {
      await connected.close();
      await other.close();
    }
  });

  test(`${name} puts together all that it asked for`, { timeout: 120_000 }, async () => {
    const connected = await CLIENTS[name](app, { toolset: '/bindings' });
    try {
      const { client, call } = connected;
      const { accounts } = JSON.parse((await call('accounts_list', {})).content[0].text);
      const account = { account_id: accounts.find((one) => one.name === 'Acme Inc.').id };
      const { result: [database] } = JSON.parse((await call('d1_databases_list', account)).content[0].text);
      const rows = 1000;
      const { content, isError } = await call('d1_database_query', { ...account, database_id: database.uuid,
        sql: `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ${rows})
              SELECT n, '"Zoë" 😀 of a long answer ' || n AS words FROM t` });
      assert.ok(!isError, content[0].text);
      const whole = JSON.parse(content[0].text);
      const [{ results }] = whole;
      assert.ok(results.length < rows, 'it is cut');
      for (const { text } of await pagesOf(client, content.at(-1).uri)) {
        const page = JSON.parse(text);
        assert.equal(page.path, '/0/results');
        results.push(...page.items);
      }
      assert.deepEqual(results, Array.from({ length: rows }, (_, i) => ({ n: i + 1, words: `"Zoë" 😀 of a long answer ${i + 1}` })));
      assert.equal(whole[0].meta.rows_read, rows);
    } finally {
      await connected.close();
    }
  });
}
