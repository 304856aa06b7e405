// The script of the waiting page, run against a page and a server that are made up here.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';

const source = await readFile(new URL('../../resources/html/waiting.html', import.meta.url), 'utf8');
const script = /<script[^>]*>(.*?)<\/script>/s.exec(source)[1];

// Answers /status with `status`, and says what the page did until it came to rest.
async function run(status, listens) {
  const page = { dataset: { flow: '/authorize/flow/x', state: 'consent' }, classes: new Set() };
  page.classList = { toggle: (name, on) => (on ? page.classes.add(name) : page.classes.delete(name)) };
  const step = { textContent: '' };
  const asked = [];
  let left;
  const context = vm.createContext({
    document: { getElementById: (id) => (id === 'page' ? page : step) },
    location: { replace: (address) => { left = address; } },
    setTimeout: (done) => setImmediate(done), // no waiting here
    fetch: async (address, options) => {
      if (address.includes('/status')) return { ok: true, status: 200, json: async () => status };
      asked.push({ address, mode: options.mode });
      if (!listens) throw new TypeError('Failed to fetch');
      return {};
    },
  });
  vm.runInContext(script, context);
  for (let turn = 0; turn < 20; ++turn) await new Promise(setImmediate);
  return { asked, left, words: step.textContent, classes: [...page.classes].sort() };
}

const denied = 'http://localhost:3334/cb?error=access_denied';

for (const listens of [true, false]) {
  test(`a denial stays in the tab, client ${listens ? 'listens' : 'is gone'}`, async () => {
    const seen = await run({ state: 'failed', message: 'You said no.', next: denied, stay: true }, listens);
    assert.deepEqual(seen.asked, [{ address: denied, mode: 'no-cors' }]);
    assert.equal(seen.left, undefined);
    assert.equal(seen.words, 'You said no.');
    assert.deepEqual(seen.classes, ['failed', 'over']);
  });
}

test('a denial without an address stays, too', async () => {
  const seen = await run({ state: 'failed', message: 'Another program took the port.' }, true);
  assert.deepEqual([seen.asked, seen.left], [[], undefined]);
});

test('an application link is followed', async () => {
  const seen = await run({ state: 'failed', message: 'No.', next: 'cursor://cb?error=x', stay: false }, true);
  assert.equal(seen.left, 'cursor://cb?error=x');
});

test('a code is taken to the client', async () => {
  const seen = await run({ state: 'done', next: 'http://localhost:3334/cb?code=1', stay: false }, true);
  assert.equal(seen.left, 'http://localhost:3334/cb?code=1');
});
