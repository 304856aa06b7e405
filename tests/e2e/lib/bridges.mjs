// Claude Desktop and its bridges: started twice, about at once, with one store for both.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { tempDir, until } from './app.mjs';
import { clientEnvironment, findJson, startMcpRemote } from './clients.mjs';
import { mainJob } from './steps.mjs';

const PATIENCE = 60_000;

/** A computer of its own: a home for the bridges, and the tabs that they opened, in order. */
export class Desktop {
  constructor(app) {
    this.app = app;
    this.home = tempDir('flaredeck-bridges-');
    this.tabDir = tempDir('flaredeck-tabs-');
    this.bridges = [];
  }

  start() {
    const bridge = startMcpRemote(this.app.url(), [],
      { ...clientEnvironment(this.home), FLAREDECK_E2E_TABS: this.tabDir }, 3 * PATIENCE);
    bridge.connected.catch(() => {}); // of the one that is killed
    this.bridges.push(bridge);
    return bridge;
  }

  /** The one that runs the sign-in has sent the person to `tab`, the other waits for it. */
  async startTwo() {
    const two = [this.start(), this.start()];
    const owner = await logged(two, 'This instance is running the sign-in');
    const follower = two.find((bridge) => bridge !== owner);
    await logged([follower], 'Another instance is running the sign-in');
    const tab = await this.tab(0);
    assert.equal(this.tabs().length, 1, 'one of the two opens a browser');
    return { owner, follower, tab };
  }

  tabs() {
    return fs.readdirSync(this.tabDir).sort().map((name) => fs.readFileSync(path.join(this.tabDir, name), 'utf8'));
  }

  tab(index) {
    return until(`tab ${index + 1}`, () => this.tabs()[index], PATIENCE);
  }

  /** One more start finds the tokens: no browser, and the permission that is there. */
  async assertNextStartIsQuiet() {
    const tabs = this.tabs().length;
    const permission = () => findJson(this.home, 'refresh_token').refresh_token.split('_')[2];
    const before = permission();
    const third = this.start();
    await third.connected;
    await work(third);
    assert.equal(this.tabs().length, tabs, 'no browser was opened');
    assert.equal(permission(), before, 'the same permission');
  }

  async close() {
    for (const { client } of this.bridges) await client.close().catch(() => {});
  }
}

const logged = (bridges, words) => until(words, () => bridges.find((bridge) => bridge.log.includes(words)), PATIENCE);

export async function kill(bridge) {
  process.kill(bridge.transport.pid, 'SIGKILL');
  await until('the bridge to be gone', () => bridge.transport.pid === null);
}

export const work = ({ client }) => mainJob({
  list: async () => (await client.listTools()).tools,
  call: (name, args) => client.callTool({ name, arguments: args }),
});
