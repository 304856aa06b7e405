// Real clients at the address of one toolset: its tools, and the prompt and resources of the product; what its tools
// ask of the person behind a client, and what they tell the client while they work.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App } from './lib/app.mjs';
import { CLIENTS } from './lib/clients.mjs';
import { mainJob, QUERY, toolsOf } from './lib/steps.mjs';

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
      await mainJob({ ...connected, tools: toolsOf('observability') });
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

for (const name of ['SDK v1 over Streamable HTTP', 'SDK v1 over SSE', 'SDK v2 in its 2025 mode', 'SDK v2 without sessions']) {
  test(`${name} hears what a tool does, and its person chooses the account`, { timeout: 60_000 }, async () => {
    const asked = [];
    const logged = [];
    let answer = { action: 'decline' };
    const client = await CLIENTS[name](app, {
      toolset: '/observability',
      elicit: (question) => {
        asked.push(question);
        return answer;
      },
      logged: (message) => logged.push(message),
    });
    try {
      const { accounts } = JSON.parse((await client.call('accounts_list', {})).content[0].text);
      assert.deepEqual(logged, [], 'nobody asked for logs');
      const stateless = client.hasSession === false;
      if (!stateless) await client.client.setLoggingLevel('debug');
      const steps = [];
      const result = await client.callWith('query_worker_observability', { ...QUERY, account_id: accounts[0].id },
        stateless ? { 'io.modelcontextprotocol/logLevel': 'debug' } : undefined,
        { onprogress: (step) => steps.push(step) });
      assert.ok(!result.isError, result.content[0].text);
      // SDK v1 drops the last one when it comes together with the answer, which ends the listening.
      assert.deepEqual(steps.map(({ progress, total }) => [progress, total]), [[0, 1], [1, 1]].slice(0, steps.length));
      assert.ok(steps.length > 0, 'progress is heard');
      assert.deepEqual(logged.map(({ level, data }) => [level, data.status]), [['debug', 200]]);
      assert.match(logged[0].data.request, /^POST \/accounts\/.+\/telemetry\/query$/);

      const refused = await client.call('workers_list', {});
      assert.equal(refused.isError, true);
      assert.equal(JSON.parse(refused.content[0].text).available_accounts.length, 2);
      const names = asked[0].requestedSchema.properties.account.enum;
      assert.deepEqual([...names].sort(), accounts.map((account) => account.name).sort());

      answer = { action: 'accept', content: { account: accounts[1].name } };
      const chosen = await client.call('workers_list', {});
      assert.ok(!chosen.isError, chosen.content[0].text);
      const named = await client.call('workers_list', { account_id: accounts[1].id });
      assert.equal(chosen.content[0].text, named.content[0].text);
      assert.equal(asked.length, 2, 'a call that names its account asks nobody');
      await client.call('workers_list', {});
      assert.equal(asked.length, stateless ? 3 : 2, 'a session goes on with the account');
    } finally {
      await client.close();
    }
  });
}
