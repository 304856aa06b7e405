// Writes the corpus of tests/core/service/corpus anew: what the pinned clients send from discovery to a refreshed
// token, byte for byte but for what is secret or differs from run to run. Through run.sh, as a test:
//   tests/e2e/run.sh record.mjs
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { App, freePort, tempDir } from './lib/app.mjs';

const CORPUS = path.resolve(import.meta.dirname, '../core/service/corpus');
const TAP = path.resolve(import.meta.dirname, 'lib/tap.mjs');
const BROWSER = /accept: text\/html/i; // that of lib/browser.mjs

const taps = tempDir('flaredeck-tap-');
const port = await freePort();
process.env.FLAREDECK_TAP = taps;
process.env.FLAREDECK_TAP_PORT = String(port);
process.env.NODE_OPTIONS = `--import ${TAP}`;
await import(TAP); // and for what runs in this process
const { CLIENTS } = await import('./lib/clients.mjs');

/** Requests with the status of their answer, in the order in which they were sent. */
function exchanges() {
  const entries = fs.readdirSync(taps).flatMap((file) =>
    fs.readFileSync(path.join(taps, file), 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line)));
  const open = new Map();
  const all = [];
  for (const { at, socket, out, in: status } of entries.sort((a, b) => a.at - b.at)) {
    if (out !== undefined && /^[A-Z]+ \/\S* HTTP\/1\.1\r\n/.test(out)) {
      open.set(socket, { at, text: out });
      all.push(open.get(socket));
    } else if (out !== undefined && open.has(socket)) {
      open.get(socket).text += out;
    } else if (status !== undefined && open.has(socket)) {
      open.get(socket).status ??= status;
    }
  }
  return all;
}

/** A chunked body as one piece: only its length would differ otherwise. */
function unchunked(text) {
  const [head, ...rest] = text.split('\r\n\r\n');
  let body = rest.join('\r\n\r\n');
  if (!/transfer-encoding: chunked/i.test(head)) return [head, body];
  let whole = '';
  for (let size; (size = parseInt(body, 16)) > 0;) {
    const start = body.indexOf('\r\n') + 2;
    whole += body.slice(start, start + size);
    body = body.slice(start + size + 2);
  }
  return [head.replace(/transfer-encoding: chunked/i, 'content-length: {{length}}'), whole];
}

function anonymous(text) {
  const [head, body] = unchunked(text);
  const clean = (part) => part
    .replaceAll(String(port), '{{port}}')
    .replace(/(127\.0\.0\.1|localhost)(:|%3A)(?!\{)\d{4,5}/g, '$1$2{{callback}}')
    .replace(/\b(client_id=|"client_id":")d_[\w-]{16}/g, '$1{{client_id}}')
    .replace(/\bcode=cfl_ac_[\w-]+/g, 'code={{code}}')
    .replace(/\bcode_verifier=[\w.~%-]+/g, 'code_verifier={{verifier}}')
    .replace(/\bcode_challenge=[\w-]{43}/g, 'code_challenge={{challenge}}')
    .replace(/cfl_rt_[\w-]+/g, '{{refresh_token}}')
    .replace(/cfl_at_[\w-]+/g, '{{access_token}}')
    .replace(/\b(state=)[\w%.~-]+/g, '$1{{state}}')
    .replace(/(mcp-session-id: )\S+/gi, '$1{{session}}')
    .replace(/(sessionId=)[\w-]+/g, '$1{{session}}');
  return `${clean(head).replace(/(content-length: )\d+/i, '$1{{length}}')}\r\n\r\n${clean(body)}`.replaceAll('\r\n', '\n');
}

const QUIRKS = {
  'SDK v1 over Streamable HTTP': 'sdk1',
  'SDK v1 over SSE': 'sdk1-sse',
  'SDK v2 in its 2025 mode': 'sdk2',
  'SDK v2 without sessions': 'sdk2-stateless',
  'mcp-remote': 'mcp-remote',
  'mcp-remote over SSE': 'mcp-remote-sse',
  'Inspector CLI': 'inspector',
};

test('records every client', { timeout: 600_000 }, async () => {
  const app = await App.start({ port, args: ['--headless', '--auto-approve'], env: { NODE_OPTIONS: '' } });
  fs.mkdirSync(CORPUS, { recursive: true });
  try {
    for (const [name, file] of Object.entries(QUIRKS)) {
      for (const old of fs.readdirSync(taps)) fs.rmSync(path.join(taps, old));
      const client = await CLIENTS[name](app);
      await client.list();
      // Only the access token goes: the client has to refresh.
      const { access_token } = client.tokens();
      const answer = await fetch(`${app.origin}/revoke`, {
        method: 'POST', headers: { 'x-recorder': '1' }, body: new URLSearchParams({ token: access_token, client_id: client.clientId() }),
      });
      assert.equal(answer.status, 200);
      await client.call('add', { a: 23, b: 19 });
      await client.close();
      const recorded = exchanges().filter(({ text }) => !/x-recorder/.test(text) && !/^GET \/authorize\/flow\//.test(text)
        && (!BROWSER.test(text) || /^GET \/authorize\?/.test(text)));
      const pages = recorded.map(({ text, status }) => {
        const what = BROWSER.test(text) ? 'browser' : String(status ?? 'unanswered');
        return `### ${what}\n${anonymous(text)}\n`;
      });
      assert.ok(pages.some((page) => page.includes('grant_type=refresh_token')), `${name} refreshes`);
      fs.writeFileSync(path.join(CORPUS, `${file}.http`), `# ${name}\n${pages.join('')}`);
      console.log(`${file}: ${pages.length} requests`);
    }
  } finally {
    assert.equal(await app.stop(), 0, app.log);
  }
});
