// A load generator's HTTP: one kept-alive socket, one request in flight, the request text prepared once.
// node's own http client costs more per call than the server that is measured, on the same machine.
import { once } from 'node:events';
import net from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

export class Wire {
  constructor(url) {
    this.url = new URL(url);
  }

  async connect() {
    this.socket = net.connect({ host: '127.0.0.1', port: Number(this.url.port), noDelay: true });
    await once(this.socket, 'connect');
    this.socket.on('data', (chunk) => this.feed(chunk));
    this.socket.on('error', (error) => this.settle(error));
    this.socket.on('close', () => this.settle(new Error('the server closed the connection')));
  }

  close() {
    this.closed = true;
    this.socket?.destroy();
  }

  head(method, headers) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${method} ${this.url.pathname} HTTP/1.1\r\nHost: ${this.url.host}\r\n${lines.join('')}`;
  }

  /** Resolves with {status, head, body} when the whole answer is there. */
  send(text) {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.pending = null;
      this.socket.write(text);
    });
  }

  /** Resolves with the head; what comes later is thrown away, but onMore() is called. */
  open(text) {
    this.streaming = true;
    return this.send(text);
  }

  settle(error, answer) {
    const waiting = this.waiting;
    this.waiting = null;
    if (waiting) error ? waiting.reject(error) : waiting.resolve(answer);
  }

  feed(chunk) {
    if (!this.waiting) {
      this.onMore?.(chunk);
      return;
    }
    const data = this.pending ? Buffer.concat([this.pending, chunk]) : chunk;
    const end = data.indexOf(HEAD_END);
    if (end < 0) {
      this.pending = data;
      return;
    }
    const head = data.latin1Slice(0, end);
    const status = Number(head.slice(9, 12));
    if (this.streaming) {
      this.settle(null, { status, head, body: '' });
      return;
    }
    const start = end + HEAD_END.length;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (length) {
      if (data.length < start + Number(length[1])) this.pending = data;
      else this.settle(null, { status, head, body: data.utf8Slice(start, start + Number(length[1])) });
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      const body = unchunk(data, start);
      if (body === null) this.pending = data;
      else this.settle(null, { status, head, body });
    } else {
      this.settle(null, { status, head, body: '' });
    }
  }
}

function unchunk(data, from) {
  let text = '';
  for (let at = from; ;) {
    const line = data.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = parseInt(data.latin1Slice(at, line), 16);
    if (data.length < line + 2 + size + 2) return null;
    if (size === 0) return text;
    text += data.utf8Slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}

export const headerOf = (head, name) => new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head)?.[1];

/** The JSON of an answer, also when it came as the one event of a stream. */
export function message(answer) {
  const data = answer.body.startsWith('{') ? answer.body
    : answer.body.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('');
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${answer.body.slice(0, 200)}`);
  return JSON.parse(data);
}

const request = (prefix, text) => `${prefix}${Buffer.byteLength(text)}\r\n\r\n${text}`;

function check(answer, id, sum) {
  if (answer.id !== id || answer.result?.content?.[0]?.text !== String(sum)) throw new Error(`wrong answer: ${JSON.stringify(answer)}`);
}

const CLAIM = '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"}}';

/** An MCP session of revision 2025-11-25 on one socket. */
export class Session {
  static async open(url, token) {
    const session = new Session();
    session.wire = new Wire(url);
    await session.wire.connect();
    session.headers = {
      Accept: 'application/json, text/event-stream',
      'Content-Type': 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
    };
    const answer = await session.post({
      jsonrpc: '2.0', id: 0, method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
    });
    message(answer);
    session.headers['Mcp-Session-Id'] = headerOf(answer.head, 'mcp-session-id');
    session.headers['MCP-Protocol-Version'] = '2025-11-25';
    await session.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    session.prefix = `${session.wire.head('POST', session.headers)}Content-Length: `;
    session.id = 0;
    return session;
  }

  post(body) {
    const text = JSON.stringify(body);
    return this.wire.send(`${this.wire.head('POST', this.headers)}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  addRequest(a, b) {
    return request(this.prefix, `{"jsonrpc":"2.0","id":${++this.id},"method":"tools/call","params":{"name":"add","arguments":{"a":${a},"b":${b}}}}`);
  }

  async add(a, b) {
    check(message(await this.wire.send(this.addRequest(a, b))), this.id, a + b);
  }

  /** Gives up its connection; the session goes on. */
  pause() {
    this.wire.close();
  }

  async listen() {
    this.stream = new Wire(this.wire.url);
    await this.stream.connect();
    const answer = await this.stream.open(`${this.stream.head('GET', { ...this.headers, Accept: 'text/event-stream' })}\r\n`);
    if (answer.status !== 200) throw new Error(`the stream was answered ${answer.status}`);
  }

  close() {
    this.stream?.close();
    this.wire.close();
  }
}

/** A client of revision 2026-07-28 on one socket: nothing is opened, each request says all. */
export class Stateless {
  static async open(url, token) {
    const client = new Stateless();
    client.wire = new Wire(url);
    await client.wire.connect();
    const headers = {
      Accept: 'application/json, text/event-stream',
      'Content-Type': 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
      'MCP-Protocol-Version': '2026-07-28',
    };
    client.listenPrefix = `${client.wire.head('POST', { ...headers, 'Mcp-Method': 'subscriptions/listen' })}Content-Length: `;
    client.callPrefix = (tool) => `${client.wire.head('POST', { ...headers, 'Mcp-Method': 'tools/call', 'Mcp-Name': tool })}Content-Length: `;
    client.prefix = client.callPrefix('add');
    client.id = 0;
    return client;
  }

  addRequest(a, b) {
    return request(this.prefix, `{"jsonrpc":"2.0","id":${++this.id},"method":"tools/call","params":{"name":"add","arguments":{"a":${a},"b":${b}},${CLAIM}}}`);
  }

  async add(a, b) {
    check(message(await this.wire.send(this.addRequest(a, b))), this.id, a + b);
  }

  async call(tool) {
    const text = `{"jsonrpc":"2.0","id":${++this.id},"method":"tools/call","params":{"name":"${tool}","arguments":{},${CLAIM}}}`;
    return message(await this.wire.send(request(this.callPrefix(tool), text)));
  }

  pause() {
    this.wire.close();
  }

  /** A stream that tells of changed tools. */
  async listen() {
    const text = `{"jsonrpc":"2.0","id":"listen","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},${CLAIM}}}`;
    await this.wire.open(request(this.listenPrefix, text));
  }

  close() {
    this.wire.close();
  }
}
