// The forms in which a secret may have been written down.
import fs from 'node:fs';
import path from 'node:path';

const percent = (text, which) => text.replace(which, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

/** base64 of a longer text that has `bytes` somewhere in it: what does not depend on its neighbours. */
function base64(bytes) {
  return [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return whole.slice(shift === 0 ? 0 : 4, Math.floor((shift + bytes.length) / 3) * 4);
  });
}

/** Of a token with a prefix, only what is secret about it is looked for. */
export function needlesOf(secret) {
  const core = /[A-Za-z0-9_-]{43}$/.exec(secret)?.[0] ?? secret;
  const bytes = Buffer.from(core, 'latin1');
  const needles = [
    ['plain', bytes],
    ['UTF-16', Buffer.from(core, 'utf16le')],
    ['hexadecimal', Buffer.from(bytes.toString('hex'))],
    ['percent-encoded', Buffer.from(percent(core, /[^A-Za-z0-9]/g))],
    ['percent-encoded throughout', Buffer.from(percent(core, /[^]/g))],
    ...base64(bytes).flatMap((text) => [['base64', Buffer.from(text)],
      ['base64url', Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_'))]]),
  ];
  if (core.length === 43) needles.push(['the bytes it stands for', Buffer.from(core, 'base64url')]);
  return needles;
}

/** [{file, bytes}] of everything below the directories. */
export function filesBelow(...directories) {
  return directories.flatMap((directory) => fs.readdirSync(directory, { recursive: true })
    .map((name) => path.join(directory, name))
    .filter((file) => fs.lstatSync(file).isFile())
    .map((file) => ({ file, bytes: fs.readFileSync(file) })));
}

/** "file holds NAME in FORM" for whatever is found; `secrets` are [name, text]. */
export function leaks(files, secrets) {
  return secrets.flatMap(([name, secret]) => needlesOf(secret).flatMap(([form, needle]) =>
    files.filter(({ bytes }) => bytes.includes(needle)).map(({ file }) => `${file} holds ${name} (${form})`)));
}
