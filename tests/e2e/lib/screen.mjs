// A person at the screen: finds windows by their title, looks for buttons by their colour, and clicks with
// the X server's own pointer. Nothing here talks to the program.
import { execFile } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { until } from './app.mjs';

/** Colours of the light theme: primary buttons and links, of the app and of the sandbox's pages; Revoke. */
export const ACCENT = '#ad4608';
export const DESTRUCTIVE = '#b4232a';
/** Titles. */
export const MAIN = '^Flaredeck$';
export const CONSENT = 'Access to Cloudflare';
export const SIGN_IN = 'Sign in';

const run = promisify(execFile);
const xdo = async (...args) => (await run('xdotool', args.map(String))).stdout.trim();

export async function findWindow(title, ms = 30_000) {
  return until(`a window called ${title}`, async () => (await windows(title)).at(-1), ms);
}

export async function windowGone(title, ms = 20_000) {
  await until(`the window ${title} to close`, async () => (await windows(title)).length === 0, ms);
}

/** Ids of the visible windows with this title. */
export async function windows(title) {
  return (await xdo('search', '--onlyvisible', '--name', title).catch(() => '')).split('\n').filter(Boolean);
}

/** Closes a window as its title bar's button does. On a busy machine a key can come before the focus does. */
export async function close(window, title) {
  await until(`the window ${title} to close`, async () => {
    if ((await windows(title)).length === 0) return true;
    await run('xdotool', ['windowactivate', '--sync', window], { timeout: 2000 });
    await key('alt+F4');
    return false;
  });
}

export async function geometry(window) {
  const text = await xdo('getwindowgeometry', '--shell', window);
  const values = Object.fromEntries(text.split('\n').map((line) => line.split('=')));
  return { x: Number(values.X), y: Number(values.Y), width: Number(values.WIDTH), height: Number(values.HEIGHT) };
}

export async function click(x, y) {
  await xdo('mousemove', Math.round(x), Math.round(y), 'click', '1');
}

/** Turns the wheel over the middle of a window: button 5 is down. */
export async function wheel(window, button, times) {
  const { x, y, width, height } = await geometry(window);
  await xdo('mousemove', Math.round(x + width / 2), Math.round(y + height / 2), 'click', '--repeat', times, button);
}

export const key = (...keys) => xdo('key', '--clearmodifiers', ...keys);
export const type = (text) => xdo('type', '--clearmodifiers', text);

export async function activate(window) {
  // A window manager that has not seen the window yet ignores the request, and --sync waits for ever.
  await until('the window to become active', async () => {
    await run('xdotool', ['windowactivate', '--sync', window], { timeout: 3000 });
    return true;
  });
}

/** Clicks Allow in the consent dialog, as soon as it lets itself be answered. Nothing is ticked that the client did
 *  not ask for; unless `asked` is all it shall have, the suggested permissions are added first, by their key. */
export async function allow({ asked = false } = {}) {
  const dialog = await findWindow(CONSENT);
  await activate(dialog);
  await armed(dialog);
  if (!asked) await tickSuggested(dialog);
  await clickButton(dialog, ACCENT);
  await windowGone(CONSENT);
}

/** A key that comes before the dialog is painted is not taken, and what shows there until then is what lies below. */
async function tickSuggested(dialog) {
  const ticks = async () => (await blocks(dialog, ACCENT, { width: 8, height: 8 })).filter((one) => one.right - one.left < 30).length;
  const before = await ticks();
  await until('the suggested permissions to be ticked', async () => {
    await key('alt+r');
    return until('ticks', async () => (await ticks()) > before, 1500).catch(() => false);
  });
}

/** Signs in on the sandbox's two pages: the sign-in itself, then what to share. */
export async function signIn() {
  const window = await findWindow(SIGN_IN, 60_000);
  await activate(window);
  const first = await until('the sign-in page', async () => (await blocks(window, ACCENT)).at(-1), 60_000);
  await click(first.x, first.y);
  // The next page's button stands elsewhere; clicking again before it is there would do nothing wrong.
  await until('the page that asks what to share', async () => {
    const button = (await blocks(window, ACCENT)).at(-1);
    return button && Math.abs(button.y - first.y) > 10 && button;
  }).then((button) => click(button.x, button.y));
  await windowGone(SIGN_IN);
}

/** Writes what the screen shows to a PNG named after the test, for a person to look at after its failure. */
export async function pictureOf(testName) {
  const file = path.join(process.env.FLAREDECK_E2E_PICTURES ?? os.tmpdir(), `flaredeck-e2e-${testName.replace(/\W+/g, '-')}.png`);
  await run('import', ['-window', 'root', file]);
  console.error(`the screen at the failure: ${file}`);
}

/** Solid blocks of one colour at least `min` pixels wide and high, top to bottom, in screen coordinates. */
export async function blocks(window, color, min = { width: 40, height: 20 }) {
  const outer = await geometry(window);
  const [screenWidth, screenHeight] = (await xdo('getdisplaygeometry')).split(' ').map(Number);
  const x = Math.max(0, outer.x);
  const y = Math.max(0, outer.y);
  const width = Math.min(outer.x + outer.width, screenWidth) - x;
  const height = Math.min(outer.y + outer.height, screenHeight) - y;
  const { stdout } = await run('import', ['-silent', '-window', 'root', '-crop', `${width}x${height}+${x}+${y}`,
    '-depth', '8', 'rgb:-'], { encoding: 'buffer', maxBuffer: 1 << 26 });
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  const near = (at) => Math.abs(stdout[at] - r) + Math.abs(stdout[at + 1] - g) + Math.abs(stdout[at + 2] - b) < 12;
  const found = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0, start = -1; column <= width; column++) {
      const hit = column < width && near((row * width + column) * 3);
      if (hit && start < 0) start = column;
      if (!hit && start >= 0) {
        if (column - start >= min.width) {
          const block = found.find((one) => row - one.bottom <= 24 && start < one.right && column > one.left);
          if (block) Object.assign(block, { left: Math.min(block.left, start), right: Math.max(block.right, column), bottom: row });
          else found.push({ left: start, right: column, top: row, bottom: row });
        }
        start = -1;
      }
    }
  }
  return found.filter((one) => one.bottom - one.top >= min.height)
    .map((one) => ({ x: x + (one.left + one.right) / 2, y: y + (one.top + one.bottom) / 2, ...one }));
}

/** Clicks the lowest words written in `color`, found by the stem of a letter. */
export async function clickWords(window, color) {
  await xdo('mousemove', 1, 1);
  const stroke = await until(`words coloured ${color}`, async () => (await blocks(window, color, { width: 1, height: 4 })).at(-1));
  await click(stroke.x, stroke.y);
}

/** Waits until a question lets itself be answered; its button is grey before. */
export async function armed(dialog) {
  await xdo('mousemove', 1, 1); // a button under the pointer is painted otherwise
  await until('the dialog to take an answer', async () => (await blocks(dialog, ACCENT)).length > 0);
}

/** Clicks the lowest button painted in `color` once it is there. */
export async function clickButton(window, color, which = -1) {
  await xdo('mousemove', 1, 1); // a button under the pointer is painted otherwise
  const button = await until(`a button coloured ${color}`, async () => (await blocks(window, color)).at(which));
  await click(button.x, button.y);
}
