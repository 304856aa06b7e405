// Each real client does the whole job against the running program: discovery, registration, consent,
// sign-in, tools, revocation. Consent is given by the sandbox's documented --auto-approve here, and by
// real clicks in window.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App } from './lib/app.mjs';
import { CLIENTS } from './lib/clients.mjs';
import { mainJob, plainCall, revoke } from './lib/steps.mjs';

let app;
before(async () => {
  app = await App.start({ args: ['--headless', '--auto-approve'] });
});
after(async () => {
  assert.equal(await app.stop(), 0, app.log);
});

for (const [name, connect] of Object.entries(CLIENTS)) {
  test(`${name} does the main job and is refused after revocation`, { timeout: 180_000 }, async () => {
    const client = await connect(app);
    try {
      await mainJob(client);
      const tokens = client.tokens();
      assert.equal((await plainCall(app.origin, tokens.access_token)).status, /sse/i.test(name) ? 401 : 200);
      await revoke(app.origin, tokens, client.clientId());
      const refused = await plainCall(app.origin, tokens.access_token);
      assert.equal(refused.status, 401);
      assert.match(refused.challenge, /error="invalid_token"/);
      assert.match(refused.challenge, /resource_metadata="http:\/\/localhost:\d+\/\.well-known\/oauth-protected-resource\/mcp"/);
    } finally {
      await client.close();
    }
  });
}
