// What the bundles say of Flaredeck besides installers/metadata.mjs.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { metadata, root } from '../../metadata.mjs';

/** Where calls and their results go that this computer does not answer. */
const PROVIDER_PRIVACY = 'https://www.cloudflare.com/privacypolicy/';

export const read = (...path) => readFileSync(join(root, ...path));
export const source = (...path) => read('installers/bundles', ...path);
export const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** Members without a value are left out. */
export const present = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== undefined));

/** Name and description of every tool, as the data of the providers have them. */
export function tools() {
  const folder = join(root, 'resources/providers');
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(folder, name, 'toolsets')).filter((file) => file.endsWith('.json'))
      .map((file) => join(folder, name, 'toolsets', file)));
  // What the provider has given up is off until a person switches it on.
  return files.sort().map((file) => JSON.parse(readFileSync(file, 'utf8'))).filter((toolset) => !toolset.deprecated)
    .flatMap((toolset) => toolset.tools)
    .map(({ name, description }) => ({ name, description }));
}

export const privacyPolicies = () => [metadata.links?.privacy, PROVIDER_PRIVACY].filter(Boolean);

/** A square PNG of the application's icon, as the build draws it. */
export function icon(size) {
  const file = join(root, 'build/share/icons/hicolor', `${size}x${size}`, 'apps', `${metadata.id}.png`);
  if (!existsSync(file)) throw new Error(`${file} is missing, which ./dev build makes.`);
  return readFileSync(file);
}

/** Ends the program with a sentence instead of a stack. */
export async function make(maker) {
  try {
    await maker(process.argv[2] ?? join(root, 'build/packages'), metadata);
  } catch (error) {
    console.error(`${process.argv[1]}: ${error.message}`);
    process.exit(1);
  }
}
