// The public package for tasks, on a client of SDK v2 without sessions: it waits for as long as a call takes.
import { createTaskSessionFromClient, resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client';

const PROTOCOL = '2026-07-28';

/** What an answer says to the request: its JSON, or the event of a stream that has the id. */
async function messageOf(answer, id) {
  const text = await answer.text();
  if (!(answer.headers.get('content-type') ?? '').includes('text/event-stream')) return JSON.parse(text);
  const messages = text.split('\n').filter((line) => line.startsWith('data:') && line.length > 6).map((line) => JSON.parse(line.slice(5)));
  return messages.find((message) => message.id === id);
}

/** `connected` as CLIENTS make it. `seen` gets the method of each request. */
export function taskSession(connected, url, seen = []) {
  let last = 1000;
  const rawDispatch = async ({ method, params }, { signal } = {}) => {
    seen.push(method);
    const id = ++last;
    const answer = await fetch(url, {
      method: 'POST', signal, body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
      headers: {
        authorization: `Bearer ${connected.tokens().access_token}`,
        'content-type': 'application/json', accept: 'application/json, text/event-stream',
        'mcp-protocol-version': PROTOCOL, 'mcp-method': method,
        ...((params.name ?? params.taskId) && { 'mcp-name': params.name ?? params.taskId }),
      },
    });
    const { error, result } = await messageOf(answer, id);
    return error ? { kind: 'error', error } : { kind: 'result', result };
  };
  const session = createTaskSessionFromClient(connected.client, {
    endpointId: url.href, rawDispatch,
    v2RequestFraming: { protocolVersion: PROTOCOL, clientInfo: { name: 'tasks', version: '1' }, clientCapabilities: {} },
  });
  return {
    call: async (tool, args) => resultFromTaskOutcome((await (await session.callTool(tool, args)).settle()).outcome),
    close: () => session.close(),
  };
}
