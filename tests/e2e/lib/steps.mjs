// The main job, the same for every client: what it must see, call and get.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../../../resources/providers/cloudflare/toolsets');
const toolsets = fs.readdirSync(folder).filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')));
const namesOf = (tools) => tools.map((tool) => tool.name).sort();
const isReading = (tool) => tool.scope.endsWith(':read');

/** What a client lists that was given what only reads: toolsets that were given up are off. */
export const TOOLS = namesOf(toolsets.filter((toolset) => !toolset.deprecated).flatMap((toolset) => toolset.tools).filter(isReading));
/** The same at the address of one toolset. */
export const toolsOf = (name) => {
  const toolset = toolsets.find((one) => one.toolset === name);
  const included = toolset.include ?? [];
  return namesOf([...toolset.tools, ...toolsets.flatMap((one) => one.tools).filter((tool) => included.includes(tool.name))].filter(isReading));
};

export const QUERY = {
  query: {
    queryId: 'e2e',
    view: 'events',
    limit: 5,
    parameters: { datasets: ['cloudflare-workers'], filters: [] },
    timeframe: { reference: new Date().toISOString(), offset: '-2d' },
  },
};

const text = (result) => {
  assert.ok(!result.isError, `the tool failed: ${result.content?.[0]?.text}`);
  return result.content[0].text;
};

/** `call(name, args)` and `list()` as the client offers them. Returns the chosen account's id. */
export async function mainJob({ list, call, hasSession = true, tools = TOOLS }) {
  const names = (await list()).map((tool) => tool.name).sort();
  assert.deepEqual(names, tools);
  assert.equal(text(await call('add', { a: 23, b: 19 })), '42');
  const { accounts } = JSON.parse(text(await call('accounts_list', {})));
  assert.equal(accounts.length, 2, 'the sandbox has two accounts');
  if (hasSession) await call('set_active_account', { activeAccountIdParam: accounts[0].id });
  // A client that starts anew for each call has a new session each time, so the account is named too.
  const account_id = accounts[0].id;
  const { workers } = JSON.parse(text(await call('workers_list', { account_id })));
  assert.ok(workers.length > 0, 'the account has Workers');
  assert.equal(typeof workers[0].id, 'string');
  const events = JSON.parse(text(await call('query_worker_observability', { ...QUERY, account_id })));
  assert.equal(events.length, 5, 'five events were asked for');
  return account_id;
}

/** Revokes as RFC 7009 has it: the refresh token takes the whole grant with it. */
export async function revoke(origin, tokens, clientId) {
  const answer = await fetch(`${origin}/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ token: tokens.refresh_token, client_id: clientId }),
  });
  assert.equal(answer.status, 200);
}

/** A plain call with a bearer token: the status and the challenge. */
export async function plainCall(origin, token) {
  const answer = await fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0', id: 1, method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'plain', version: '1' } },
    }),
  });
  return { status: answer.status, challenge: answer.headers.get('www-authenticate'), body: await answer.text() };
}
