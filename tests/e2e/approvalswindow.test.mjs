// Calls that change things wait for a person's word, given by clicks and keys, in both eras.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { App, tempDir, until } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import { CLIENTS } from './lib/clients.mjs';
import * as screen from './lib/screen.mjs';
import { MAIN } from './lib/screen.mjs';
import { taskSession } from './lib/tasks.mjs';

const MORE = 'One more permission';
const RUN = 'May this call run';

let running;
afterEach(async (context) => {
  if (!context.passed) await screen.pictureOf(context.name);
  await running?.stop('SIGKILL'); // what a failed test leaves on the screen would be taken for the next one's
});

/** Starts the app; `connect` makes a client of it, which a person then lets in as it asked. */
async function begin(connect) {
  const dataDir = tempDir();
  fs.writeFileSync(path.join(dataDir, 'settings.ini'), '[appearance]\ntheme=light\n');
  const app = running = await App.start({ dataDir });
  await screen.findWindow(MAIN);
  const connecting = connect(app);
  connecting.catch(() => {});
  return { app, connecting };
}

const asksToWrite = (url) => {
  url.searchParams.set('scope', 'mcp:read kv:read kv:write');
  return browse(url);
};

async function withAccount(client) {
  const { accounts } = JSON.parse((await client.call('accounts_list', {})).content[0].text);
  const call = (tool, args) => client.call(tool, { ...args, account_id: accounts[0].id });
  return {
    call, account_id: accounts[0].id, create: (title) => call('kv_namespace_create', { title }),
    titles: async () => JSON.parse((await call('kv_namespaces_list', {})).content[0].text).namespaces.map(({ title }) => title),
  };
}

/** Waits for the question of `waiting`, answers by `how`, and gives the result. */
async function answer(title, waiting, how) {
  const dialog = await screen.findWindow(title);
  await screen.activate(dialog);
  await how(dialog);
  const result = await waiting;
  await screen.windowGone(title);
  return result;
}
const accent = (dialog) => screen.clickButton(dialog, screen.ACCENT);
const keys = (...sequence) => async (dialog) => {
  await screen.armed(dialog);
  await screen.key(...sequence);
};

for (const name of ['SDK v1 over Streamable HTTP', 'SDK v2 without sessions']) {
  test(`${name}: what changes things runs when a person says so`, { timeout: 180_000 }, async () => {
    const { app, connecting } = await begin((at) => CLIENTS[name](at, { open: asksToWrite }));
    await screen.allow({ asked: true });
    await screen.signIn();
    const client = await connecting;
    const { call, create, titles } = await withAccount(client);

    // It asked for writing, and writing was not ticked: the first call says so. Deny, Allow from now on, Allow once.
    const widened = await answer(MORE, create('first'), keys('Tab', 'Tab', 'space'));
    assert.ok(!widened.isError, widened.content[0].text);

    // The grant opens the tool now, and each call that changes something still needs a word.
    const once = await answer(RUN, create('second'), accent);
    assert.ok(!once.isError, once.content[0].text);
    const no = await answer(RUN, create('third'), keys('Escape'));
    assert.match(no.content[0].text, /did not allow this call/);
    // The arguments, Deny, Always for this client, For this session.
    const session = await answer(RUN, create('fourth'), keys('Tab', 'Tab', 'Tab', 'Tab', 'space'));
    assert.ok(!session.isError, session.content[0].text);
    assert.ok(!(await create('fifth')).isError, 'the session is allowed');
    const there = await titles();
    for (const title of ['first', 'second', 'fourth', 'fifth']) assert.ok(there.includes(title), there.join());
    assert.ok(!there.includes('third'), there.join());

    // What destroys asks each time.
    const { namespaces } = JSON.parse((await call('kv_namespaces_list', {})).content[0].text);
    for (const title of ['first', 'second']) {
      const { id } = namespaces.find((one) => one.title === title);
      const gone = await answer(RUN, call('kv_namespace_delete', { namespace_id: id }), accent);
      assert.ok(!gone.isError, gone.content[0].text);
      assert.ok(!(await titles()).includes(title));
    }
    await client.close();
    assert.equal(await app.stop(), 0, app.log);
  });
}

test('the Inspector, a process for each call, is asked about like any other', { timeout: 300_000 }, async () => {
  const { app, connecting } = await begin((at) => CLIENTS['Inspector CLI'](at));
  const client = await connecting;
  const listing = client.list(); // it connects when it is first asked for something
  listing.catch(() => {});
  await screen.allow();
  await screen.signIn();
  assert.ok((await listing).some(({ name }) => name === 'kv_namespaces_list'));
  const { account_id, create, titles } = await withAccount(client);

  // It calls only what is listed, so its grant has to be wider first; another program with its token asks for that.
  await assert.rejects(create('first'), /not found on server/);
  const headers = { authorization: `Bearer ${client.tokens().access_token}` };
  const other = new Client({ name: 'other', version: '1.0.0' });
  await other.connect(new StreamableHTTPClientTransport(app.url(), { requestInit: { headers } }));
  const widened = await answer(MORE, other.callTool({ name: 'kv_namespace_create', arguments: { title: 'first', account_id } }),
    keys('Tab', 'Tab', 'space'));
  assert.ok(!widened.isError, widened.content[0].text);
  await other.close();
  const no = await answer(RUN, create('second'), keys('Escape'));
  assert.match(no.content[0].text, /did not allow this call/);
  const once = await answer(RUN, create('third'), accent);
  assert.ok(!once.isError, once.content[0].text);
  // The arguments, Deny, Always for this client: no question any more, in no process.
  const always = await answer(RUN, create('fourth'), keys('Tab', 'Tab', 'Tab', 'space'));
  assert.ok(!always.isError, always.content[0].text);
  assert.ok(!(await create('fifth')).isError);
  const there = await titles();
  for (const title of ['first', 'third', 'fourth', 'fifth']) assert.ok(there.includes(title), there.join());
  assert.ok(!there.includes('second'), there.join());
  assert.equal(await app.stop(), 0, app.log);
});

test('a client that speaks tasks waits for the word, and its task goes on', { timeout: 180_000 }, async () => {
  const { app, connecting } = await begin((at) => CLIENTS['SDK v2 without sessions'](at, { open: asksToWrite }));
  await screen.allow({ asked: true });
  await screen.signIn();
  const client = await connecting;
  const { account_id, create, titles } = await withAccount(client);
  assert.ok(!(await answer(MORE, create('first'), keys('Tab', 'Tab', 'space'))).isError);

  const seen = [];
  const session = taskSession(client, app.url('/mcp'), seen);
  const slow = (title) => session.call('kv_namespace_create', { title, account_id });
  const yes = await answer(RUN, slow('second'), async (dialog) => {
    // The call has become a task by now: its client comes back for it.
    await until('the task to be looked at', () => seen.includes('tasks/get'));
    await accent(dialog);
  });
  assert.ok(!yes.isError, JSON.stringify(yes));
  const no = await answer(RUN, slow('third'), keys('Escape')).catch((error) => ({ content: [{ text: String(error) }] }));
  assert.match(no.content[0].text, /did not allow this call/);
  const there = await titles();
  assert.ok(there.includes('second') && !there.includes('third'), there.join());
  await session.close();
  await client.close();
  assert.equal(await app.stop(), 0, app.log);
});

test('a yes that comes after the client gave up serves the same call', { timeout: 180_000 }, async () => {
  const { app, connecting } = await begin((at) => CLIENTS['SDK v1 over Streamable HTTP'](at, { open: asksToWrite }));
  await screen.allow({ asked: true });
  await screen.signIn();
  const client = await connecting;
  const { account_id, create, titles } = await withAccount(client);
  assert.ok(!(await answer(MORE, create('first'), keys('Tab', 'Tab', 'space'))).isError);

  const hasty = client.callWith('kv_namespace_create', { title: 'second', account_id }, undefined, { timeout: 2000 });
  await assert.rejects(hasty, /timed out/i);
  const dialog = await screen.findWindow(RUN); // the question outlives the call
  await screen.activate(dialog);
  await accent(dialog);
  await screen.windowGone(RUN);
  assert.ok(!(await titles()).includes('second'), 'nothing runs that nobody waits for');
  const served = await create('second');
  assert.ok(!served.isError, served.content[0].text);
  assert.ok((await titles()).includes('second'));
  // It was for one call.
  const denied = await answer(RUN, create('second'), keys('Escape'));
  assert.match(denied.content[0].text, /did not allow this call/);
  await client.close();
  assert.equal(await app.stop(), 0, app.log);
});
