// What Claude Desktop runs: hands its pipes on to the installed flaredeck-bridge. Without one it answers itself, with
// a sentence that says what is missing and where to get it; a server that only ends is "disconnected" without a reason.
//
// CommonJS, of Node 18 and newer, and the streams of `process` instead of inherited descriptors: the host may run this
// within its own runtime, whose standard input is no descriptor.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { StringDecoder } = require('node:string_decoder');

const manifest = require('../manifest.json');

const WINDOWS = process.platform === 'win32';
const PROGRAM = WINDOWS ? 'flaredeck-bridge.exe' : 'flaredeck-bridge';
/** The revisions that start with `initialize`, newest first. */
const REVISIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const PARSE_ERROR = -32700;
const TOOL = 'flaredeck_setup';

// --- The bridge

/** Where Flaredeck's packages put their programs. What is on the PATH comes first. */
function folders() {
  const home = os.homedir();
  const named = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  if (process.platform === 'darwin')
    return [...named, ...['/Applications', path.join(home, 'Applications')].map((folder) => path.join(folder, 'Flaredeck.app/Contents/MacOS'))];
  if (WINDOWS)
    return [...named, path.join(process.env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'Programs', 'Flaredeck', 'bin')];
  return [...named, '/usr/bin', '/usr/local/bin', path.join(home, '.local/bin'), path.join(home, '.local/share/flaredeck/bin')];
}

function findBridge() {
  for (const folder of folders()) {
    const file = path.join(folder, PROGRAM);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      if (fs.statSync(file).isFile()) return file;
    } catch { /* the next one */ }
  }
  return null;
}

/**
 * `onFailure` when it could not be started, or ended in disorder before it said anything: why, and what the host has
 * said until then.
 */
function runBridge(file, onFailure) {
  const bridge = spawn(file, [], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  let unanswered = [];
  const keep = (chunk) => unanswered.push(chunk);
  bridge.once('error', (error) => {
    if (bridge.pid === undefined) onFailure(error.code, unanswered);
  });
  bridge.once('spawn', () => {
    process.stdin.on('data', keep);
    process.stdin.pipe(bridge.stdin);
    bridge.stdout.pipe(process.stdout);
    bridge.stdout.once('data', () => {
      process.stdin.off('data', keep);
      unanswered = null;
    });
    bridge.stderr.pipe(process.stderr);
    // Either end may go first.
    bridge.stdin.on('error', () => {});
    process.stdout.on('error', () => bridge.kill());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => bridge.kill(signal));
  });
  bridge.once('close', (code) => {
    if (bridge.pid === undefined) return;
    if (!unanswered || !code || process.stdin.readableEnded) process.exit(code ?? 1);
    process.stdin.off('data', keep);
    process.stdin.unpipe(bridge.stdin);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
    onFailure(`it ended with ${code}`, unanswered);
  });
}

// --- Without it

const { download } = Object.values(manifest._meta)[0];
const INSTALL = `Install Flaredeck${download ? ` from ${download}` : ''}, then switch this extension off and on.`;
const MISSING = `The Flaredeck app is not installed on this computer, and this extension only connects to it. ${INSTALL}`;
const ARRIVED = 'Flaredeck is installed now. Switch this extension off and on, or restart this program, to connect to it.';

/** The result of a request, or its error. */
function answer(method, params, problem) {
  switch (method) {
    case 'initialize':
      return {
        result: {
          protocolVersion: REVISIONS.includes(params?.protocolVersion) ? params.protocolVersion : REVISIONS[0],
          capabilities: { tools: {} },
          serverInfo: { name: manifest.name, title: manifest.display_name, version: manifest.version },
          instructions: problem(),
        },
      };
    case 'ping':
      return { result: {} };
    case 'tools/list':
      return {
        result: {
          tools: [{
            name: TOOL,
            title: 'Set up Flaredeck',
            description: `Says what is missing before Cloudflare tools are available. ${problem()}`,
            inputSchema: { type: 'object', properties: {} },
            annotations: { readOnlyHint: true, openWorldHint: false },
          }],
        },
      };
    case 'tools/call':
      if (params?.name !== TOOL) return { error: { code: INVALID_PARAMS, message: problem() } };
      return { result: { content: [{ type: 'text', text: problem() }], isError: true } };
    default: // `server/discover` too, after which a host of 2026-07-28 goes on with `initialize`
      return { error: { code: METHOD_NOT_FOUND, message: problem() } };
  }
}

function answerWithout(problem, said = []) {
  process.stderr.write(`${problem()}\n`);
  let rest = '';
  const write = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const take = (line) => {
    let message;
    try {
      message = JSON.parse(line);
    } catch {
      return write({ id: null, error: { code: PARSE_ERROR, message: 'This line is no JSON-RPC message.' } });
    }
    const isRequest = typeof message?.method === 'string' && message.id !== undefined;
    if (isRequest) write({ id: message.id, ...answer(message.method, message.params, problem) });
  };
  process.stdout.on('error', () => process.exit(0));
  const read = (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.trim()) take(line);
  };
  const decoder = new StringDecoder('utf8');
  for (const chunk of said) read(decoder.write(chunk));
  process.stdin.on('data', (chunk) => read(decoder.write(chunk)));
  process.stdin.on('end', () => process.exit(0));
  process.stdin.resume();
}

const bridge = findBridge();
if (bridge) {
  runBridge(bridge, (reason, said) => answerWithout(() => `Flaredeck's bridge ${bridge} does not run: ${reason}. ${INSTALL}`, said));
} else {
  answerWithout(() => (findBridge() ? ARRIVED : MISSING));
}
