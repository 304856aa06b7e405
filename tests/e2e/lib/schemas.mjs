// Whether a document is what the schema of its own format says.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import addFormats from 'ajv-formats';

const require = createRequire(import.meta.url);
const { Ajv } = require('ajv');

/** What the schema of CycloneDX has against a bill of materials; nothing if it is one. */
export function faultsOfBom(bom) {
  const folder = path.join(path.dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res/schema');
  const schema = (name) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.SNAPSHOT.schema.json`), 'utf8'));
  // Its schemas have words for editors ("meta:enum") that ajv does not know.
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  // Formats of internationalised addresses, which ajv has no rule for. We write plain ones.
  ajv.addFormat('iri-reference', (text) => URL.canParse(text, 'https://base.invalid/'));
  ajv.addFormat('idn-email', (text) => /^[^@\s]+@[^@\s]+$/.test(text));
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(schema(`bom-${bom.specVersion}`));
  return validate(bom) ? [] : validate.errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}
