// Real clients at an address that a person typed with a query, as some hosts put their own parameters there: they
// look for its metadata, compare the resource with it, and sign in for it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { App } from './lib/app.mjs';
import { CLIENTS } from './lib/clients.mjs';
import { mainJob, toolsOf } from './lib/steps.mjs';

let app;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

describe('an address with a query', () => {
  const runs = [...Object.keys(CLIENTS).map((name) => [name, { query: '?x=y&z' }]),
    ['SDK v2 in its 2025 mode', { toolset: '/observability', query: '?features=a,b' }],
    ['mcp-remote', { query: '?scope=x' }]]; // reads like a parameter of the challenge
  for (const [name, options] of runs) {
    test(`${name} at ${options.toolset ?? ''}${options.query}`, { timeout: 180_000 }, async () => {
      const client = await CLIENTS[name](app, options);
      try {
        await mainJob(options.toolset ? { ...client, tools: toolsOf('observability') } : client);
        const { refresh_token } = client.tokens();
        const resource = app.url(`${options.toolset ?? ''}/${/sse/i.test(name) ? 'sse' : 'mcp'}${options.query}`).href;
        const answer = await fetch(`${app.origin}/token`, { method: 'POST', body: new URLSearchParams({
          grant_type: 'refresh_token', refresh_token, client_id: client.clientId(), resource,
        }) });
        assert.equal(answer.status, 200, await answer.text());
      } finally {
        await client.close();
      }
    });
  }
});
