#!/usr/bin/env node
// A marketplace of one plugin, the same folder for clients of Agent Plugins 1.0 and for Claude Code. The bridge has to
// be on the PATH: neither format knows a path per system.
import { cpSync, mkdirSync, rmSync, utimesSync, writeFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { root } from '../metadata.mjs';
import { icon, json, make, present } from './lib/describe.mjs';

const SCHEMAS = 'https://agent-plugins.org/schemas/1.0.0';
const BRIDGE = 'flaredeck-bridge';
const ICON_SIZE = 512;

function setTimes(folder, seconds) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setTimes(path, seconds);
    utimesSync(path, seconds, seconds);
  }
}

await make((folder, metadata) => {
  const market = join(folder, 'plugins');
  const name = metadata.package;
  const write = (path, content) => {
    mkdirSync(dirname(join(market, path)), { recursive: true });
    writeFileSync(join(market, path), content);
  };
  rmSync(market, { recursive: true, force: true });

  const described = present({
    name,
    version: metadata.version,
    description: `${metadata.summary}: their tools, and skills to use them`,
    author: { name: metadata.author.name },
    homepage: metadata.home,
    repository: metadata.home,
    license: metadata.license,
    keywords: metadata.keywords,
  });
  write(`${name}/plugin.json`, json({ $schema: `${SCHEMAS}/plugin.schema.json`, ...described }));
  write(`${name}/mcp.json`, json({
    $schema: `${SCHEMAS}/mcp.schema.json`,
    mcpServers: { [name]: { type: 'stdio', command: BRIDGE } },
  }));
  write(`${name}/.claude-plugin/plugin.json`, json(described));
  write(`${name}/.mcp.json`, json({ mcpServers: { [name]: { command: BRIDGE } } }));
  write(`${name}/icon.png`, icon(ICON_SIZE));
  cpSync(join(root, 'installers/bundles/plugin'), join(market, name), { recursive: true });

  write('.claude-plugin/marketplace.json', json({
    name,
    description: metadata.summary,
    owner: { name: metadata.author.name },
    plugins: [{ name, source: `./${name}`, description: described.description }],
  }));
  write('.agents/plugins/marketplace.json', json({
    name,
    interface: { displayName: metadata.name },
    plugins: [{
      name,
      source: { source: 'local', path: `./${name}` },
      policy: { installation: 'AVAILABLE', authentication: 'ON_INSTALL' },
      category: 'Developer Tools',
    }],
  }));
  setTimes(market, metadata.epoch);
});
