#!/usr/bin/env node
// What running programs may ask for when their person wants to hear of new versions: make-latest.mjs FOLDER
// Belongs beside the packages of a release. Without an address of the project nobody can ask, and nothing is made.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { metadata } from '../metadata.mjs';

const file = join(process.argv[2], 'latest.json');
if (metadata.links) writeFileSync(file, `${JSON.stringify({ version: metadata.version, page: metadata.links.releases }, null, 2)}\n`);
else rmSync(file, { force: true });
