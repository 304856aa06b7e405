// What arrived at a stand-in, so that a test can look for a token that must not have.
const KEPT = 1 << 20; // of each body

export class Requests {
  #all = [];

  /** Notes the request; its body is noted as it arrives. */
  note(request) {
    const lines = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
    const entry = {
      at: Date.now(), method: request.method, path: request.url, headers: { ...request.headers }, body: '',
      head: `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n${lines.join('\r\n')}\r\n\r\n`,
    };
    this.#all.push(entry);
    request.on('data', (chunk) => {
      if (entry.body.length < KEPT) entry.body += chunk.toString('latin1');
    });
    return entry;
  }

  all() {
    return [...this.#all];
  }

  clear() {
    this.#all.length = 0;
  }

  /** Those in whose head or body the text occurs. */
  holding(needle) {
    return this.#all.filter(({ head, body }) => head.includes(needle) || body.includes(needle));
  }
}

/** Everything of the request, as text. */
export async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
