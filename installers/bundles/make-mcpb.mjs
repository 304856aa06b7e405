#!/usr/bin/env node
// The extension for Claude Desktop (MCPB manifest 0.4): a launcher for the installed bridge, and what to show of it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { icon, json, make, present, privacyPolicies, source, tools } from './lib/describe.mjs';
import { zip } from './lib/zip.mjs';

const ICON_SIZE = 256;
/** Claude Desktop was seen to do nothing on a double click when a file of a bundle is larger than about 108 KB. */
const MOST_BYTES = 100_000;

await make((folder, metadata) => {
  const manifest = present({
    manifest_version: '0.4',
    name: metadata.package,
    display_name: metadata.name,
    version: metadata.version,
    description: metadata.summary,
    long_description: [...metadata.description,
      'This extension connects Claude to the Flaredeck app, which has to be installed on this computer.'].join('\n\n'),
    author: { name: metadata.author.name },
    repository: metadata.home && { type: 'git', url: metadata.home },
    homepage: metadata.home,
    documentation: metadata.links?.documentation,
    support: metadata.links?.issues,
    icon: 'icon.png',
    server: {
      type: 'node',
      entry_point: 'server/launcher.js',
      mcp_config: { command: 'node', args: ['${__dirname}/server/launcher.js'] },
    },
    tools: tools(),
    tools_generated: true, // what is there depends on what the person allowed
    keywords: metadata.keywords,
    license: metadata.license,
    privacy_policies: privacyPolicies(),
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: '>=18.0.0' } },
    _meta: { [metadata.id]: present({ download: metadata.links?.releases }) },
  });
  const files = {
    'manifest.json': json(manifest),
    'icon.png': icon(ICON_SIZE),
    'server/launcher.js': source('mcpb/server/launcher.js'),
  };
  for (const [name, content] of Object.entries(files)) {
    if (Buffer.byteLength(content) >= MOST_BYTES) throw new Error(`${name} is too large for Claude Desktop.`);
  }
  writeFileSync(join(folder, `${metadata.package}-${metadata.version}.mcpb`), zip(files, metadata.epoch));
});
