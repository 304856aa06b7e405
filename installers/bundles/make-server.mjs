#!/usr/bin/env node
// The entry for the MCP registry (server.json of 2025-12-11), whose package is the .mcpb of a release on GitHub. Its
// name is the owner's at GitHub, so that it can be made only where the project's address is known.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../metadata.mjs';
import { json, make } from './lib/describe.mjs';

const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

await make((folder, metadata) => {
  const file = join(folder, 'server.json');
  rmSync(file, { force: true });
  if (!metadata.home) {
    console.error('server.json is not made: the registry names a release by its address, which FLAREDECK_HOME has to say '
      + '(https://github.com/OWNER/REPOSITORY).');
    return;
  }
  const [, owner, repository] = metadata.home.match(/^https:\/\/github\.com\/([A-Za-z0-9-]+)\/([\w.-]+)$/) ?? [];
  if (!owner) throw new Error(`the registry takes .mcpb files from releases on GitHub, which ${metadata.home} is not.`);

  const bundle = `${metadata.package}-${metadata.version}.mcpb`;
  execFileSync(join(root, 'installers/bundles/make-mcpb.mjs'), [folder], { stdio: 'inherit' });
  writeFileSync(file, json({
    $schema: SCHEMA,
    name: `io.github.${owner}/${repository}`,
    title: metadata.name,
    description: metadata.summary,
    version: metadata.version,
    websiteUrl: metadata.home,
    repository: { url: metadata.home, source: 'github' },
    packages: [{
      registryType: 'mcpb',
      identifier: `${metadata.home}/releases/download/v${metadata.version}/${bundle}`,
      version: metadata.version,
      fileSha256: createHash('sha256').update(readFileSync(join(folder, bundle))).digest('hex'),
      transport: { type: 'stdio' },
    }],
  }));
});
