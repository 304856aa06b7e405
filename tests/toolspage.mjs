// Writes docs/tools.md from the data in resources/providers; with --check says whether it is of
// today. Run by `./dev tools` and, with --check, by the test tools_page.
import { readFileSync, writeFileSync, readdirSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'resources/providers/cloudflare');
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

function withParts(value, parts) {
    if (Array.isArray(value)) return value.map((one) => withParts(one, parts));
    if (value === null || typeof value !== 'object') return value;
    const { $part, ...own } = value;
    const merged = $part ? { ...withParts(parts[$part], parts) } : {};
    for (const [key, member] of Object.entries(own)) merged[key] = withParts(member, parts);
    return merged;
}

const toolsets = readdirSync(join(folder, 'toolsets'))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => read(join(folder, 'toolsets', name)));
const scopes = new Map();
for (const file of [read(join(folder, 'provider.json')), ...toolsets])
    for (const scope of file.scopes ?? []) scopes.set(scope.name, scope);
const homes = new Map();
for (const toolset of toolsets)
    for (const tool of toolset.tools) homes.set(tool.name, { tool, toolset });

/** What a list of tools sends of one, and about how many tokens that is: four bytes each. */
function bytesOf({ tool, toolset }) {
    const parts = toolset.parts ?? {};
    const sent = { name: tool.name, description: tool.description, inputSchema: withParts(tool.input, parts) };
    if (tool.output) sent.outputSchema = withParts(tool.output, parts);
    return Buffer.byteLength(JSON.stringify(sent));
}

const cell = (text) => String(text ?? '').replaceAll('|', '\\|');
const scopeCell = (tool) => (tool.writeScope ? `${tool.scope}, to change ${tool.writeScope}` : tool.scope);
const effectCell = (tool) => (tool.effectBy ? `${tool.effect}, or reads, as its ${tool.effectBy.argument} says` : tool.effect);

const lines = [
    '# Tools',
    '',
    'Written by `./dev tools` from `resources/providers/cloudflare`. A tool *reads*, *changes* or *destroys*; without a',
    "person's rule a change asks once in a session, and what destroys asks each time. Each toolset has an address of its",
    'own, `/NAME/mcp`; `/mcp` has all. Bytes and tokens (four bytes each) are those of names, descriptions and schemas.',
    '',
    '| toolset | own tools | tools | bytes | tokens | |',
    '|---|---|---|---|---|---|',
];
let all = 0;
let sum = 0;
for (const toolset of toolsets) {
    const names = [...toolset.tools.map((tool) => tool.name), ...(toolset.include ?? [])];
    const bytes = names.reduce((total, name) => total + bytesOf(homes.get(name)), 0);
    all += toolset.tools.length;
    sum += toolset.tools.reduce((total, tool) => total + bytesOf({ tool, toolset }), 0);
    const off = toolset.deprecated ? 'off until switched on' : '';
    lines.push(
        `| [${toolset.toolset}](#${toolset.toolset}) | ${toolset.tools.length} | ${names.length} | ${bytes} | ${Math.ceil(bytes / 4)} | ${off} |`,
    );
}
lines.push(`| all | ${all} | ${all} | ${sum} | ${Math.ceil(sum / 4)} | |`, '');
for (const toolset of toolsets) {
    lines.push(`## ${toolset.toolset}`, '', toolset.summary);
    if (toolset.deprecated) lines.push('', `*${toolset.deprecated}*`);
    lines.push('', '| tool | effect | scope | what it does |', '|---|---|---|---|');
    for (const tool of toolset.tools)
        lines.push(`| \`${tool.name}\` | ${effectCell(tool)} | ${scopeCell(tool)} | ${cell(tool.title)} |`);
    if (toolset.include?.length) lines.push('', `Also: ${toolset.include.map((name) => `\`${name}\``).join(', ')}.`);
    lines.push('');
}
lines.push(
    '## Scopes',
    '',
    '| scope | what it lets a client do | risk | rights at Cloudflare |',
    '|---|---|---|---|',
);
for (const scope of scopes.values())
    lines.push(`| ${scope.name} | ${cell(scope.summary)} | ${cell(scope.risk)} | ${(scope.upstream ?? []).join(', ')} |`);
const text = lines.join('\n') + '\n';

const page = join(root, 'docs/tools.md');
if (process.argv.includes('--check')) {
    if (readFileSync(page, 'utf8') !== text) {
        console.error('docs/tools.md is not what the data says. Run ./dev tools.');
        process.exit(1);
    }
} else {
    writeFileSync(page, text);
    for (const line of lines.slice(6, lines.indexOf('', 8))) console.log(line);
}
