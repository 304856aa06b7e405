// What every stand-in offers: the same tools over both versions of the SDK, in Node and in workerd. Written against
// the low-level `Server` of each, so that lists can have pages and change while clients are connected.

/** The state that control() changes; each stand-in has one. */
export function freshState() {
  return {
    pageSize: 0, // tools on one page of tools/list; 0: all on the first
    endless: '', // every page says there is another one: 'same' cursor, or a 'new' one each time
    extra: [], // tool definitions that appear
    hidden: [], // names of tools that disappear
    changed: {}, // by name: members that differ from the definition below
    keys: ['alpha', 'beta'], // what kv_delete deletes
    calls: [], // names of the tools called, in order
  };
}

const text = (value) => ({ content: [{ type: 'text', text: value }] });
const object = (properties = {}, required = Object.keys(properties)) => ({ type: 'object', properties, required });
const string = { type: 'string' };
const integer = { type: 'integer', minimum: 0 };

// A PNG of one pixel.
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
export const NOTE = { uri: 'note://stand-in/1', name: 'note', mimeType: 'text/plain' };

/** Waits, unless the call is cancelled first. */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const cancelled = () => {
      clearTimeout(timer);
      reject(new Error('cancelled'));
    };
    if (signal?.aborted) cancelled();
    else signal?.addEventListener('abort', cancelled, { once: true });
  });
}

/** By name: the definition, and run(args, peer, state). `peer` is the client: signal, progress(), ask(), user. */
const TOOLS = {
  echo: {
    description: 'Gives its text back', inputSchema: object({ text: string }),
    run: ({ text: given }) => text(given),
  },
  kv_list: {
    title: 'List keys', description: 'Lists the keys', inputSchema: object(), annotations: { readOnlyHint: true },
    run: (args, peer, state) => text(state.keys.join(' ')),
  },
  kv_delete: {
    description: 'Deletes a key', inputSchema: object({ key: string }), // no hints: it may destroy, and does
    run: ({ key }, peer, state) => {
      const found = state.keys.includes(key);
      state.keys = state.keys.filter((other) => other !== key);
      return found ? text(`deleted ${key}`) : { ...text(`no key ${key}`), isError: true };
    },
  },
  sum: {
    description: 'Adds two numbers', inputSchema: object({ a: { type: 'number' }, b: { type: 'number' } }),
    outputSchema: object({ sum: { type: 'number' } }), annotations: { readOnlyHint: true },
    run: ({ a, b }) => ({ ...text(JSON.stringify({ sum: a + b })), structuredContent: { sum: a + b } }),
  },
  slow: {
    description: 'Takes its time, with progress after each step', inputSchema: object({ steps: integer, ms: integer }),
    annotations: { readOnlyHint: true },
    run: async ({ steps, ms }, peer, state) => {
      for (let step = 1; step <= steps; step++) {
        try {
          await pause(ms, peer.signal);
        } catch (error) {
          state.calls.push('slow cancelled');
          throw error;
        }
        await peer.progress(step, steps);
      }
      return text(`${steps} steps`);
    },
  },
  big: {
    description: 'Answers with so many characters', inputSchema: object({ characters: integer }),
    annotations: { readOnlyHint: true },
    run: ({ characters }) => text('x'.repeat(characters)),
  },
  elicit: {
    description: 'Asks the person for a name', inputSchema: object({ message: string }),
    run: async ({ message }, peer) => {
      const { action, content } = await peer.ask('elicitation/create',
        { mode: 'form', message, requestedSchema: object({ name: string }) });
      return text(action === 'accept' ? `accept ${content.name}` : action);
    },
  },
  sample: {
    description: 'Asks the model', inputSchema: object({ prompt: string }),
    run: async ({ prompt }, peer) => {
      const { content } = await peer.ask('sampling/createMessage',
        { messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens: 10 });
      return text([content].flat().map((block) => block.text).join(''));
    },
  },
  roots: {
    description: 'Asks for the roots', inputSchema: object(),
    run: async (args, peer) => text((await peer.ask('roots/list')).roots.map((root) => root.uri).join(' ')),
  },
  picture: {
    description: 'Gives a picture', inputSchema: object(), annotations: { readOnlyHint: true },
    run: () => ({ content: [{ type: 'image', data: PIXEL, mimeType: 'image/png' }] }),
  },
  link: {
    description: 'Gives a link to a resource', inputSchema: object(), annotations: { readOnlyHint: true },
    run: () => ({ content: [{ type: 'resource_link', ...NOTE }] }),
  },
  fails: { description: 'Fails', inputSchema: object(), run: () => ({ ...text('it is broken'), isError: true }) },
  whoami: {
    description: 'Names the person signed in', inputSchema: object(), annotations: { readOnlyHint: true },
    run: (args, peer) => text(peer.user ?? 'nobody'),
  },
};

/** Thrown where an answer of the client is needed that a stateless request does not carry yet. */
class Missing extends Error {
  constructor(inputRequests) {
    super('input required');
    this.inputRequests = inputRequests;
  }
}

function list(state, cursor) {
  const all = [
    ...Object.entries(TOOLS).map(([name, { run, ...definition }]) => ({ name, ...definition })),
    ...state.extra.map((tool) => ({ inputSchema: object(), ...tool })),
  ].filter(({ name }) => !state.hidden.includes(name)).map((tool) => ({ ...tool, ...state.changed[tool.name] }));
  if (state.endless) {
    const page = Number(cursor?.slice(1) ?? 0) + 1;
    const tools = page === 1 ? all : [{ name: `page_${page}`, inputSchema: object() }];
    return { tools, nextCursor: state.endless === 'same' ? 'c1' : `c${page}` };
  }
  if (!state.pageSize) return { tools: all };
  const from = Number(cursor ?? 0);
  const end = from + state.pageSize;
  return { tools: all.slice(from, end), ...(end < all.length && { nextCursor: String(end) }) };
}

async function call(state, { name, arguments: args = {} }, peer) {
  state.calls.push(name);
  if (state.extra.some((tool) => tool.name === name)) return text(`${name} was called`);
  if (!TOOLS[name] || state.hidden.includes(name)) return { ...text(`no tool ${name}`), isError: true };
  return TOOLS[name].run(args, peer, state);
}

export const SERVER_INFO = { name: 'stand-in', title: 'Stand-in', version: '1.0.0' };
export const SERVER_OPTIONS = {
  capabilities: { tools: { listChanged: true }, resources: {}, prompts: {} },
  instructions: 'A stand-in for a hosted server.',
};

const note = { contents: [{ uri: NOTE.uri, mimeType: NOTE.mimeType, text: 'The note of the stand-in.' }] };
const prompt = { messages: [{ role: 'user', content: { type: 'text', text: 'Say hello.' } }] };

/** Fills a low-level server of SDK v1. `types` is its module of schemas. */
export function attachV1(server, types, state, user) {
  server.setRequestHandler(types.ListToolsRequestSchema, ({ params }) => list(state, params?.cursor));
  server.setRequestHandler(types.ListResourcesRequestSchema, () => ({ resources: [NOTE] }));
  server.setRequestHandler(types.ReadResourceRequestSchema, () => note);
  server.setRequestHandler(types.ListPromptsRequestSchema, () => ({ prompts: [{ name: 'hello' }] }));
  server.setRequestHandler(types.GetPromptRequestSchema, () => prompt);
  const results = {
    'elicitation/create': types.ElicitResultSchema, 'sampling/createMessage': types.CreateMessageResultSchema,
    'roots/list': types.ListRootsResultSchema,
  };
  server.setRequestHandler(types.CallToolRequestSchema, ({ params }, extra) => call(state, params, {
    user: user?.(), signal: extra.signal,
    progress: (progress, total) => report(params._meta, progress, total, extra.sendNotification),
    ask: (method, asked) => extra.sendRequest({ method, ...(asked && { params: asked }) }, results[method]),
  }));
  return server;
}

/** Fills a low-level server of SDK v2, which serves one request. `sdk` is the module of the SDK. */
export function attachV2(server, sdk, state, { era, user }) {
  server.setRequestHandler('tools/list', ({ params }) => list(state, params?.cursor));
  server.setRequestHandler('resources/list', () => ({ resources: [NOTE] }));
  server.setRequestHandler('resources/read', () => note);
  server.setRequestHandler('prompts/list', () => ({ prompts: [{ name: 'hello' }] }));
  server.setRequestHandler('prompts/get', () => prompt);
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    const ask = async (method, asked) => {
      if (era === 'legacy') throw new Error(`a stateless server of the 2025 revisions cannot send ${method}`);
      if (!mcpReq.inputResponses?.answer) throw new Missing({ answer: { method, ...(asked && { params: asked }) } });
      return mcpReq.inputResponses.answer;
    };
    try {
      return await call(state, params, {
        user, signal: mcpReq.signal, ask,
        progress: (progress, total) => report(mcpReq._meta, progress, total, mcpReq.notify),
      });
    } catch (error) {
      if (error instanceof Missing) return sdk.inputRequired({ inputRequests: error.inputRequests, requestState: 'asked once' });
      throw error;
    }
  });
  return server;
}

async function report(meta, progress, total, notify) {
  const progressToken = meta?.progressToken;
  if (progressToken === undefined) return;
  await notify({ method: 'notifications/progress', params: { progressToken, progress, total } });
}
