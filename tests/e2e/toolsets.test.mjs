// Real clients at the address of one toolset: its tools, and the prompt and resources of the product.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App } from './lib/app.mjs';
import { CLIENTS } from './lib/clients.mjs';
import { mainJob } from './lib/steps.mjs';

let app;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

for (const name of ['SDK v1 over Streamable HTTP', 'SDK v1 over SSE', 'SDK v2 without sessions', 'mcp-remote']) {
  test(`${name} at the address of a toolset`, { timeout: 180_000 }, async () => {
    const connected = await CLIENTS[name](app, { toolset: '/observability' });
    try {
      await mainJob(connected);
      const { client } = connected;
      const [{ name: prompt }] = (await client.listPrompts()).prompts;
      assert.equal(prompt, 'workers-prompt-full');
      const { messages } = await client.getPrompt({ name: prompt });
      assert.deepEqual(messages.map((message) => message.role), ['user']);
      assert.match(messages[0].content.text, /^# Writing Workers/);
      const uris = (await client.listResources()).resources.map((resource) => resource.uri);
      assert.ok(uris.includes('flaredeck://toolsets/observability'), uris.join());
      const { contents } = await client.readResource({ uri: 'flaredeck://guides/observability-queries' });
      assert.match(contents[0].text, /filters/);
    } finally {
      await connected.close();
    }
  });
}
