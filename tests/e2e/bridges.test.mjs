// Claude Desktop starts its bridge twice, about at once, with one store for both, and kills one of them. The
// survivor must work whichever tab the person answers, and the next start must ask nothing.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { App, tempDir, until } from './lib/app.mjs';
import { browse } from './lib/browser.mjs';
import { clientEnvironment, findJson, startMcpRemote } from './lib/clients.mjs';
import { mainJob, plainCall } from './lib/steps.mjs';

let app;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

/** A computer of its own: a home for the bridges, and the tabs that they opened, in order. */
class Desktop {
  constructor() {
    this.home = tempDir('flaredeck-bridges-');
    this.tabDir = tempDir('flaredeck-tabs-');
    this.bridges = [];
  }

  start() {
    const bridge = startMcpRemote(app.url(), [], { ...clientEnvironment(this.home), FLAREDECK_E2E_TABS: this.tabDir });
    bridge.connected.catch(() => {}); // of the one that is killed
    this.bridges.push(bridge);
    return bridge;
  }

  tabs() {
    return fs.readdirSync(this.tabDir).sort().map((name) => fs.readFileSync(path.join(this.tabDir, name), 'utf8'));
  }

  tab(index) {
    return until(`tab ${index + 1}`, () => this.tabs()[index], 30_000);
  }

  async close() {
    for (const { client } of this.bridges) await client.close().catch(() => {});
  }
}

const logged = (bridges, words) => until(words, () => bridges.find((bridge) => bridge.log.includes(words)), 30_000);
const kill = async (bridge) => {
  process.kill(bridge.transport.pid, 'SIGKILL');
  await until('the bridge to be gone', () => bridge.transport.pid === null);
};
const face = ({ client }) => ({
  list: async () => (await client.listTools()).tools,
  call: (name, args) => client.callTool({ name, arguments: args }),
});

/** Two at once; the one that runs the sign-in has sent the person to the browser, the other waits for it. */
async function startTwo(desktop) {
  const two = [desktop.start(), desktop.start()];
  const owner = await logged(two, 'This instance is running the sign-in');
  const follower = two.find((bridge) => bridge !== owner);
  await logged([follower], 'Another instance is running the sign-in');
  const tab = await desktop.tab(0);
  assert.equal(desktop.tabs().length, 1, 'one of the two opens a browser');
  return { owner, follower, tab };
}

async function assertThirdStartIsQuiet(desktop) {
  const tabs = desktop.tabs().length;
  const { refresh_token } = findJson(desktop.home, 'refresh_token');
  const third = desktop.start();
  await third.connected;
  await mainJob(face(third));
  assert.equal(desktop.tabs().length, tabs, 'no browser was opened');
  assert.equal(findJson(desktop.home, 'refresh_token').refresh_token.split('_')[2], refresh_token.split('_')[2], 'the same permission');
}

for (const [when, visit] of Object.entries({
  'before the person came to the tab': async (desktop, { owner, tab }) => {
    await kill(owner);
    return browse(tab);
  },
  'while the person reads; the new tab is the one that is answered': async (desktop, { owner }) => {
    await kill(owner);
    return browse(await desktop.tab(1));
  },
})) {
  test(`one of two bridges is killed ${when}`, { timeout: 120_000 }, async () => {
    const desktop = new Desktop();
    try {
      const two = await startTwo(desktop);
      await visit(desktop, two);
      await two.follower.connected;
      await mainJob(face(two.follower));
      await assertThirdStartIsQuiet(desktop);
    } finally {
      await desktop.close();
    }
  });
}

test('both bridges live, and the one that waited is served too', { timeout: 120_000 }, async () => {
  const desktop = new Desktop();
  try {
    const { owner, follower, tab } = await startTwo(desktop);
    await browse(tab);
    for (const bridge of [owner, follower]) {
      await bridge.connected;
      await mainJob(face(bridge));
    }
    assert.equal(desktop.tabs().length, 1);
    await kill(owner);
    await mainJob(face(follower));
    await assertThirdStartIsQuiet(desktop);
    assert.equal((await plainCall(app.origin, findJson(desktop.home, 'access_token').access_token)).status, 200);
  } finally {
    await desktop.close();
  }
});
