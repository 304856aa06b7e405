// Calls that change things wait for a person's word, given by clicks and keys, in both eras.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';

import { App, tempDir } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import { CLIENTS } from './lib/clients.mjs';
import * as screen from './lib/screen.mjs';
import { MAIN } from './lib/screen.mjs';

const MORE = 'One more permission';
const RUN = 'May this call run';

afterEach(async (context) => {
  if (!context.passed) await screen.pictureOf(context.name);
});

for (const name of ['SDK v1 over Streamable HTTP', 'SDK v2 without sessions']) {
  test(`${name}: what changes things runs when a person says so`, { timeout: 180_000 }, async () => {
    const dataDir = tempDir();
    fs.writeFileSync(path.join(dataDir, 'settings.ini'), '[appearance]\ntheme=light\n');
    const app = await App.start({ dataDir });
    await screen.findWindow(MAIN);
    const connecting = CLIENTS[name](app, {
      open: (url) => {
        url.searchParams.set('scope', 'mcp:read kv:read kv:write');
        return browse(url);
      },
    });
    connecting.catch(() => {});
    await screen.allow({ asked: true });
    await screen.signIn();
    const client = await connecting;
    const { accounts } = JSON.parse((await client.call('accounts_list', {})).content[0].text);
    const account_id = accounts[0].id;
    const call = (tool, args) => client.call(tool, { ...args, account_id });
    const titles = async () => JSON.parse((await call('kv_namespaces_list', {})).content[0].text).namespaces.map(({ title }) => title);
    const create = (title) => call('kv_namespace_create', { title });
    /** Waits for the question of `waiting`, answers by `how`, and gives the result. */
    const answer = async (title, waiting, how) => {
      const dialog = await screen.findWindow(title);
      await screen.activate(dialog);
      await how(dialog);
      const result = await waiting;
      await screen.windowGone(title);
      return result;
    };
    const accent = (dialog) => screen.clickButton(dialog, screen.ACCENT);
    const keys = (...sequence) => async (dialog) => {
      await screen.armed(dialog);
      await screen.key(...sequence);
    };

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
