// Whatever a server asks goes through flaredeck-bridge to the host, and what the host says to it goes back: first with the
// official SDK as the server, which asks all that the protocol knows; then with our own engine, in both eras.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Client as Client2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CreateMessageRequestSchema, ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

import { BIN, tempDir, until } from './lib/app.mjs';
import { Asker } from './lib/asker.mjs';

const BRIDGE = path.join(path.dirname(BIN), 'flaredeck-bridge');
const CONFORMANCE = process.env.FLAREDECK_CONFORMANCE_BIN ?? path.join(path.dirname(BIN), 'flaredeck-conformance');
const info = { name: 'host', version: '1.0.0' };
const capabilities = { sampling: {}, elicitation: {}, roots: { listChanged: true } };
const bridgeOf = (dataDir) => ({ command: BRIDGE, args: ['--data-dir', dataDir], env: { ...process.env } });

/** What the host answers; a test may change it. */
const makeHost = () => ({
  asked: [],
  roots: [{ uri: 'file:///home/ada/project', name: 'project' }],
  model: async () => ({ role: 'assistant', model: 'stand-in', content: { type: 'text', text: 'Paris' } }),
});

async function connect1(dataDir) {
  const host = makeHost();
  host.client = new Client(info, { capabilities });
  host.client.setRequestHandler(CreateMessageRequestSchema, (request, extra) => {
    host.asked.push(request.params.messages[0].content.text);
    return host.model(request, extra);
  });
  host.client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: host.roots }));
  await host.client.connect(new StdioClientTransport(bridgeOf(dataDir)));
  return host;
}

async function connect2(dataDir, mode) {
  const host = makeHost();
  host.client = new Client2(info, { capabilities, versionNegotiation: { mode } });
  host.client.setRequestHandler('sampling/createMessage', (request) => {
    host.asked.push(request.params.messages[0].content.text);
    return host.model(request);
  });
  host.client.setRequestHandler('roots/list', () => ({ roots: host.roots }));
  host.client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
  await host.client.connect(new Stdio2(bridgeOf(dataDir)));
  return host;
}

const textOf = async (host, name, args = {}, options = undefined) => {
  const { content, isError } = await host.client.callTool({ name, arguments: args }, ...(options ?? []));
  assert.ok(!isError, content[0].text);
  return content[0].text;
};
const said = async (...args) => JSON.parse(await textOf(...args));

let asker;
let engine;
let engineDir;
before(async () => {
  asker = await Asker.start();
  engineDir = tempDir();
  engine = spawn(CONFORMANCE, ['--data-dir', engineDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(engine, 'exit').then(([code]) => assert.fail(`the engine's fixture ended with ${code}`));
  await Promise.race([once(engine.stdout, 'data'), ended]);
});
after(() => {
  asker.close();
  engine.kill();
});

const HOSTS = { 'SDK v1': connect1, 'SDK v2': (dataDir) => connect2(dataDir, 'legacy') };
for (const [name, connect] of Object.entries(HOSTS)) {
  for (const where of ['call', 'listening']) {
    test(`${name}: the model, the roots, and what nobody knows are asked on the stream: ${where}`, { timeout: 60_000 }, async () => {
      const host = await connect(asker.dataDir);
      assert.equal((await said(host, 'ask_model', { where })).content.text, 'Paris');
      assert.deepEqual(host.asked, ['What is the capital of France?']);
      assert.deepEqual((await said(host, 'ask_roots', { where })).roots, host.roots);
      assert.deepEqual(await said(host, 'ask_alive', { where }), {}, 'the host answers, not the bridge');
      assert.deepEqual(await said(host, 'ask_unknown', { where }), { code: -32601 }, "the host's own refusal");
      await host.client.close();
    });
  }

  test(`${name}: roots that change are told, and asked for anew`, { timeout: 60_000 }, async () => {
    const host = await connect(asker.dataDir);
    await said(host, 'ask_roots', { where: 'call' });
    asker.heard = [];
    host.roots = [{ uri: 'file:///home/ada/other' }, { uri: 'file:///srv/shared' }];
    await host.client.sendRootsListChanged();
    await until('the new roots', () => asker.heard.length === 2);
    assert.deepEqual(asker.heard, ['roots changed', host.roots.map((root) => root.uri)]);
    await host.client.close();
  });

  test(`${name}: a question that the model refuses comes back as the host's error`, { timeout: 60_000 }, async () => {
    const host = await connect(asker.dataDir);
    host.model = async () => {
      throw Object.assign(new Error('The person does not want that.'), { code: -1 });
    };
    const { isError, content } = await host.client.callTool({ name: 'ask_model', arguments: { where: 'call' } });
    assert.equal(isError, true);
    assert.match(content[0].text, /The person does not want that/);
    await host.client.close();
  });

  test(`${name}: two questions at once, answered in the other order`, { timeout: 60_000 }, async () => {
    const host = await connect(asker.dataDir);
    const second = Promise.withResolvers();
    host.model = async ({ params }) => {
      const { text } = params.messages[0].content;
      if (text === 'one') await second.promise;
      else second.resolve();
      return { role: 'assistant', model: 'stand-in', content: { type: 'text', text: `answer to ${text}` } };
    };
    const answers = await said(host, 'ask_twice');
    assert.deepEqual(answers.map((answer) => answer.content.text), ['answer to one', 'answer to two']);
    await host.client.close();
  });
}

test('the host tells how far its answer is, in order', { timeout: 60_000 }, async () => {
  const host = await connect1(asker.dataDir);
  asker.heard = [];
  const steps = 25;
  host.model = async ({ params }, extra) => {
    for (let progress = 1; progress <= steps; progress++)
      await extra.sendNotification({
        method: 'notifications/progress', params: { progressToken: params._meta.progressToken, progress, total: steps },
      });
    return { role: 'assistant', model: 'stand-in', content: { type: 'text', text: 'Paris' } };
  };
  await said(host, 'ask_model', { where: 'call' });
  assert.deepEqual(asker.heard.map((one) => one.progress), Array.from({ length: steps }, (_, i) => i + 1));
  await host.client.close();
});

for (const where of ['call', 'listening']) {
  test(`the server takes a question back: ${where}`, { timeout: 60_000 }, async () => {
    const own = await Asker.start();
    const host = await connect1(own.dataDir);
    const cancelled = Promise.withResolvers();
    host.model = (_, { signal }) => new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => {
        cancelled.resolve(signal.reason);
        reject(new Error('it was taken back'));
      });
      own.giveUp();
    });
    await said(host, 'ask_alive', { where }); // this SDK's client cancels no request whose id is 0, as the first one has
    const { gaveUp } = await said(host, 'give_up', { where });
    assert.match(gaveUp, /nobody needs it any more/);
    assert.match(String(await cancelled.promise), /nobody needs it any more/);
    await host.client.close();
    own.close();
  });
}

test('the host cancels the call in whose course it is asked', { timeout: 60_000 }, async () => {
  const host = await connect1(asker.dataDir);
  asker.heard = [];
  const stop = new AbortController();
  host.model = () => new Promise(() => {
    stop.abort('enough');
  });
  await assert.rejects(textOf(host, 'wait', {}, [undefined, { signal: stop.signal }]), /enough/);
  await until('the server to hear of it', () => asker.heard.length === 2);
  assert.deepEqual(asker.heard, ['waiting', 'the call was cancelled']);
  assert.equal((await said(host, 'ask_roots', { where: 'call' })).roots.length, 1, 'the session goes on');
  await host.client.close();
});

// Our engine asks on the stream of the call in the era of sessions, and by results that want input without them.
const ENGINE_HOSTS = {
  'SDK v1': connect1,
  'SDK v2 with a session': (dataDir) => connect2(dataDir, 'legacy'),
  'SDK v2 without': (dataDir) => connect2(dataDir, { pin: '2026-07-28' }),
};
for (const [name, connect] of Object.entries(ENGINE_HOSTS)) {
  test(`our engine asks ${name} for an answer of the model and for roots`, { timeout: 60_000 }, async () => {
    const host = await connect(engineDir);
    assert.match(await textOf(host, 'test_sampling', { prompt: 'Say where.' }), /LLM response: .*Paris/);
    assert.deepEqual(host.asked, ['Say where.']);
    assert.ok((await textOf(host, 'test_input_required_result_list_roots')).includes(host.roots[0].uri));
    await host.client.close();
  });
}

test('our engine asks three things at once', { timeout: 60_000 }, async () => {
  const host = await connect2(engineDir, { pin: '2026-07-28' });
  const text = await textOf(host, 'test_input_required_result_multiple_inputs');
  for (const part of ['Ada', 'Paris', host.roots[0].uri]) assert.ok(text.includes(part), text);
  await host.client.close();
});
