// From lines "package TAB version TAB architecture TAB source" a bill of materials in CycloneDX 1.6.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { metadata } from '../metadata.mjs';

const system = Object.fromEntries(readFileSync('/etc/os-release', 'utf8').split('\n')
    .map((line) => line.match(/^(\w+)="?([^"]*)"?$/)).filter(Boolean).map(([, name, value]) => [name, value]));
const distro = `${system.ID}-${system.VERSION_ID ?? system.VERSION_CODENAME}`;
const purl = (name, version, arch) => `pkg:deb/${system.ID}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${arch}&distro=${distro}`;

const components = readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => {
    const [name, version, arch, source] = line.split('\t');
    const id = purl(name, version, arch);
    return { type: 'library', 'bom-ref': id, name, version, purl: id, properties: [{ name: 'source', value: source }] };
}).sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));

const own = `pkg:generic/${metadata.package}@${metadata.version}`;
const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
        timestamp: new Date(metadata.epoch * 1000).toISOString().replace('.000', ''),
        component: {
            type: 'application', 'bom-ref': own, name: metadata.name, version: metadata.version, purl: own,
            description: metadata.summary, licenses: [{ license: { id: metadata.license } }],
            ...(metadata.home && { externalReferences: [{ type: 'website', url: metadata.home }] }),
        },
    },
    components,
    dependencies: [{ ref: own, dependsOn: components.map((one) => one['bom-ref']) }],
};
// The number is of the content, so that two builds of one commit have the same.
const hex = createHash('sha256').update(JSON.stringify(bom)).digest('hex');
const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
console.log(JSON.stringify({ ...bom, serialNumber: `urn:uuid:${uuid}` }, null, 2));
