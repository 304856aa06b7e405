// What a Debian package says of itself, from metadata.json: debiantext.mjs control|changelog VERSION|copyright
import { metadata } from '../metadata.mjs';

const { author, epoch } = metadata;
const maintainer = `${author.name} <${author.email}>`;

/// The long description: indented, at most 79 characters a line, paragraphs apart by a dot.
function description(paragraphs) {
    const lines = paragraphs.map((text) => text.split(' ').reduce((done, word) => {
        const line = `${done.at(-1)} ${word}`;
        return line.length > 79 || !done.length ? [...done, ` ${word}`] : [...done.slice(0, -1), line];
    }, []).join('\n'));
    return lines.join('\n .\n');
}

const depends = (...names) => names.join(', ');

const packages = [
    {
        Package: 'flaredeck-core',
        Depends: depends('${shlibs:Depends}', 'libqt6sql6-sqlite'),
        Recommends: 'gnome-keyring | kwalletmanager | keepassxc',
        Suggests: 'flaredeck',
        Description: ['lends a Cloudflare sign-in to MCP clients, without a window', ...metadata.description,
            'This package has the program without a window, for computers that nobody sits at, and the bridge for MCP hosts that start their servers themselves. It needs no graphics library.'],
    },
    {
        Package: 'flaredeck',
        Depends: depends('${shlibs:Depends}', 'flaredeck-core (= ${binary:Version})'),
        Recommends: depends('flaredeck-login (= ${binary:Version})', 'qt6-wayland', 'xdg-utils'),
        Description: ['lends a Cloudflare sign-in to MCP clients', ...metadata.description,
            'This package has the window.'],
    },
    {
        Package: 'flaredeck-login',
        Depends: depends('${shlibs:Depends}', 'flaredeck (= ${binary:Version})', 'libqt6webenginecore6-bin', 'libqt6webengine6-data'),
        Description: ['sign-in window of Flaredeck', ...metadata.description.slice(0, 1),
            "This package has the window that shows Cloudflare's sign-in page in a web view, which ends with the sign-in. Without it Flaredeck opens the browser."],
    },
];

function control() {
    const source = { Source: 'flaredeck', Section: 'net', Priority: 'optional', Maintainer: maintainer,
        'Standards-Version': '4.6.2', 'Rules-Requires-Root': 'no', ...(metadata.home && { Homepage: metadata.home }) };
    const stanza = (fields) => Object.entries(fields).map(([name, value]) => `${name}: ${value}`).join('\n');
    return [source, ...packages.map(({ Package, Description: [synopsis, ...text], ...fields }) => ({
        Package, Architecture: 'any', ...fields, Description: `${synopsis}\n${description(text)}`,
    }))].map(stanza).join('\n\n');
}

/// RFC 5322, as Debian Policy 4.4 wants it.
const mailDate = (date) => date.toUTCString().replace('GMT', '+0000');

function changelog(version) {
    const suffix = version.slice(metadata.version.length);
    return metadata.releases.map((release, index) => {
        const when = index === 0 ? new Date(epoch * 1000) : new Date(`${release.date}T00:00:00Z`);
        return `flaredeck (${release.version}${suffix}) unstable; urgency=medium\n\n  * ${release.text}\n\n -- ${maintainer}  ${mailDate(when)}`;
    }).join('\n\n');
}

function copyright() {
    return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ${metadata.name}
Upstream-Contact: ${maintainer}${metadata.home ? `\nSource: ${metadata.home}` : ''}

Files: *
Copyright: ${metadata.copyright}
License: GPL-3+

License: GPL-3+
 This program is free software: you can redistribute it and/or modify it under the terms of the GNU General
 Public License as published by the Free Software Foundation, either version 3 of the License, or (at your
 option) any later version.
 .
 This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the
 implied warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License
 for more details.
 .
 On Debian systems, the complete text of the GNU General Public License version 3 can be found in
 "/usr/share/common-licenses/GPL-3".`;
}

const texts = { control, changelog, copyright };
const [what, ...rest] = process.argv.slice(2);
if (!texts[what]) {
    console.error('usage: debiantext.mjs control|changelog VERSION|copyright');
    process.exit(2);
}
console.log(texts[what](...rest));
