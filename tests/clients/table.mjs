// How each client is installed, started without a model, and what it says when it reached a server. `id` is as behind
// `flaredeck-core connect`. A listing that only shakes hands ends before Flaredeck is asked for anything. Versions are those that docs/clients.md tells of.
import fs from 'node:fs';
import path from 'node:path';

/** A model that is not there: clients without a listing of their own start their servers before they need one. */
const NOWHERE = 'http://127.0.0.1:9';

/** Some are installed as the package of the platform: the one around it only looks for it. */
const PLATFORM = `${process.platform}-${process.arch}`;

const listing = (...command) => ({ run }) => run(command);

/** `codex app-server` starts the servers when it is asked for their state. */
const codexScript = `
  const child = require('child_process').spawn('codex', ['app-server'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const send = (message) => child.stdin.write(JSON.stringify(message) + '\\n');
  require('readline').createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result, error } = JSON.parse(line);
    if (error) console.log(JSON.stringify(error));
    if (id === 1) { send({ method: 'initialized' }); send({ id: 2, method: 'mcpServerStatus/list', params: {} }); }
    if (id !== 2) return;
    for (const { name, tools } of result?.data ?? []) console.log(name + ': ' + Object.keys(tools).length + ' tools');
    child.kill();
    process.exit();
  });
  send({ id: 1, method: 'initialize', params: { clientInfo: { name: 'driver', title: 'Driver', version: '1' } } });`;

function put(home, name, text) {
  fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
  fs.writeFileSync(path.join(home, name), text);
}

/** The texts of all files below a folder. */
function textsBelow(folder) {
  if (!fs.existsSync(folder)) return '';
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

export const CLIENTS = {
  claude: {
    id: 'claude-code', spec: '@anthropic-ai/claude-code@2.1.332', bin: 'claude',
    setup: 'node_modules/@anthropic-ai/claude-code/install.cjs',
    list: listing('claude', 'mcp', 'list'), says: /(✔|!|✘) .*/,
  },
  codex: {
    id: 'codex', spec: '@openai/codex@0.171.0', bin: 'codex',
    list: ({ run }) => run([process.execPath, '-e', codexScript]), says: /flaredeck: [1-9]\d* tools/,
  },
  gemini: {
    id: 'gemini', spec: '@google/gemini-cli@0.61.0', bin: 'gemini',
    onlyShakesHands: true,
    list: ({ run }) => run(['gemini', 'mcp', 'list'], { env: { GEMINI_CLI_TRUST_WORKSPACE: 'true' } }), says: /(Connected|Disconnected)/,
  },
  copilot: {
    id: 'copilot', spec: '@github/copilot@1.0.102', bin: 'copilot',
    list: async ({ run, home }) => {
      const logs = path.join(home, 'copilot-logs');
      await run(['copilot', '-p', 'hi', '--log-level', 'debug', '--log-dir', logs],
        { env: { COPILOT_PROVIDER_BASE_URL: `${NOWHERE}/v1`, COPILOT_MODEL: 'none', COPILOT_OFFLINE: 'true' }, limit: 15_000 });
      return textsBelow(logs);
    },
    says: /(Service initialized as client|HTTP 401 challenge)/,
  },
  opencode: {
    id: 'opencode', spec: 'opencode-ai@1.18.33', bin: 'opencode',
    list: listing('opencode', 'mcp', 'list'), says: /flaredeck\s+(connected|failed|needs authentication)/,
  },
  kilo: {
    id: 'kilo', spec: `@kilocode/cli-${PLATFORM}@7.7.9`, bin: 'kilo',
    program: `@kilocode/cli-${PLATFORM}/bin/kilo`,
    list: listing('kilo', 'mcp', 'list'), says: /flaredeck\s+(connected|failed|needs authentication)/,
  },
  qwen: {
    id: 'qwen', spec: '@qwen-code/qwen-code@0.24.4', bin: 'qwen',
    list: listing('qwen', 'mcp', 'list'), says: /(Connected|Disconnected)/,
  },
  cline: {
    id: 'cline', spec: 'cline@3.0.65', bin: 'cline',
    list: async ({ run }) => {
      const file = await run(['cline', 'config', 'mcp']);
      await run(['cline', '-t', '15', '--retries', '1', '-P', 'openai', '-k', 'none', '-m', 'none', 'say hi to me'], { limit: 25_000 });
      return file;
    },
    says: /flaredeck \[\w+\]/,
  },
  kimi: {
    id: 'kimi', spec: '@moonshot-ai/kimi-code@2.1.0', bin: 'kimi',
    prepare: (home) => put(home, '.kimi-code/config.toml', `default_model = "none"\n[providers.none]\ntype = "openai"\nbase_url = "${NOWHERE}/v1"\n`
      + 'api_key = "none"\n[models.none]\nprovider = "none"\nmodel = "none"\nmax_context_size = 100000\n'),
    list: async ({ run, home }) => {
      await run(['kimi', '-p', 'say hi'], { limit: 10_000 });
      const tools = new Set(textsBelow(path.join(home, '.kimi-code/sessions')).match(/mcp__flaredeck__\w+/g));
      return `${tools.size} tools`;
    },
    says: /[1-9]\d* tools/,
  },
  amp: {
    id: 'amp', spec: '@sourcegraph/amp@0.0.1790142911-g7618fb', bin: 'amp',
    list: ({ run }) => run(['amp', 'mcp', 'doctor'], { env: { AMP_API_KEY: 'none', AMP_URL: NOWHERE }, limit: 20_000 }),
    says: /(connected \(\d+ tools|authenticating)/,
  },
  continue: {
    id: 'continue', spec: '@continuedev/cli@1.5.47', bin: 'cn',
    prepare: (home) => put(home, '.continue/config.yaml', 'name: test\nversion: 1.0.0\nschema: v1\nmodels:\n  - name: none\n    provider: openai\n'
      + `    model: none\n    apiBase: ${NOWHERE}/v1\n    apiKey: none\n`),
    list: async ({ run, home }) => {
      await run(['cn', '-p', 'say hi', '--verbose'], { limit: 20_000 });
      const log = textsBelow(path.join(home, '.continue/logs'));
      return /MCP.*flaredeck|flaredeck.*MCP/s.test(log) ? 'its log tells of flaredeck' : log;
    },
    says: /its log tells of flaredeck/,
  },
  factory: {
    id: 'factory', spec: `@factory/cli-${PLATFORM}@0.225.2`, bin: 'droid',
    program: `@factory/cli-${PLATFORM}/bin/droid`,
    list: listing('droid', 'mcp', 'list'), says: /flaredeck\s+\w+\s+(connected|failed|needs authentication)/,
  },
  qoder: {
    id: 'qoder', spec: '@qoder-ai/qodercli@1.1.52', bin: 'qodercli',
    list: listing('qodercli', 'mcp', 'list'), says: /(Connected|Needs authentication|Disconnected)/,
  },
};
