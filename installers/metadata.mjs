// What every package says of Flaredeck: metadata.json, with the version of CMakeLists.txt, the time
// of the commit, and the links as whole addresses. On a command line it prints one value:
//   node installers/metadata.mjs KEY[.KEY]
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

function version() {
    const found = readFileSync(join(root, 'CMakeLists.txt'), 'utf8').match(/^project\(Flaredeck VERSION (\d+\.\d+\.\d+)/m);
    if (!found) throw new Error('CMakeLists.txt: project(Flaredeck VERSION …) is missing.');
    return found[1];
}

/// Seconds since 1970; what a package says of its time (reproducible-builds.org, SOURCE_DATE_EPOCH).
function epoch() {
    const given = process.env.SOURCE_DATE_EPOCH;
    if (!given) return Number(execFileSync('git', ['-C', root, 'log', '-1', '--format=%ct'], { encoding: 'utf8' }));
    if (!/^\d+$/.test(given)) throw new Error(`SOURCE_DATE_EPOCH is '${given}', not a number of seconds.`);
    return Number(given);
}

/// Where the project is at home: what builds a release may say so. Nothing is linked while it is not known.
function home(data) {
    const given = process.env.FLAREDECK_HOME || data.home;
    if (given && !/^https:\/\/[^\s"'<>\\]+[^/\s"'<>\\]$/.test(given))
        throw new Error(`The project's address '${given}' is no https address without a slash at its end.`);
    return given || null;
}

function read() {
    const data = JSON.parse(readFileSync(join(root, 'installers/metadata.json'), 'utf8'));
    const address = home(data);
    const links = address && Object.fromEntries(Object.entries(data.pages).map(([name, page]) => [name, `${address}/${page}`]));
    return { ...data, home: address, links, version: version(), epoch: epoch() };
}

/// links is null while home is.
export const metadata = read();

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const value = (process.argv[2] ?? '').split('.').reduce((at, key) => at?.[key], metadata);
    if (value === undefined) {
        console.error(`metadata.json has no '${process.argv[2] ?? ''}'.`);
        process.exit(1);
    }
    console.log(typeof value === 'object' && value !== null ? JSON.stringify(value) : value ?? '');
}
