import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript
import { LAYOUTS, writeTree } from '../../../scripts/packages/linux-tree.mjs';
// @ts-expect-error plain JavaScript
import { manifests } from '../../../scripts/packages/manifests.mjs';
import { installOf } from '../../../src/operations/upgrade/upgrade-install.ts';
import { REPOSITORY, VERSION } from '../../../src/version.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lecoder-packages-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TARGETS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];
const sumOf = (index: number) => String(index).repeat(64);
const ARCHIVES = [...TARGETS.map(target => `${target}.tar.gz`), 'win-x64.zip'];
const SUMS = new Map(ARCHIVES.map((ending, index) => [`lecoder-cgpu-${VERSION}-${ending}`, sumOf(index)]));
const made = (): Map<string, string> => manifests(SUMS);

test('the Homebrew formula names the four archives, each with its own sum', () => {
  const formula = made().get('homebrew/lecoder-cgpu.rb') ?? '';
  const found = [...formula.matchAll(/url "([^"]+)"\n\s+sha256 "(\w+)"/g)].map(([, url, sum]) => [url, sum]);
  const wanted = TARGETS.map((target, index) => [
    `${REPOSITORY}/releases/download/v${VERSION}/lecoder-cgpu-${VERSION}-${target}.tar.gz`,
    sumOf(index),
  ]);
  expect(found.sort()).toEqual(wanted.sort());
  expect(formula.match(/\b(do|def|class)\b/g)?.length).toBe(formula.match(/^\s*end$/gm)?.length);
});

test('Scoop and Chocolatey name the archive for Windows and its sum', () => {
  const address = `${REPOSITORY}/releases/download/v${VERSION}/lecoder-cgpu-${VERSION}-win-x64.zip`;
  const scoop = JSON.parse(made().get('scoop/lecoder-cgpu.json') ?? '');
  expect(scoop).toMatchObject({ version: VERSION, architecture: { '64bit': { url: address, hash: sumOf(4) } } });
  expect(scoop.autoupdate.architecture['64bit'].url.replaceAll('$version', VERSION)).toBe(address);
  const script = made().get('chocolatey/tools/chocolateyinstall.ps1');
  expect(script).toContain(`'${address}'`);
  expect(script).toContain(`'${sumOf(4)}'`);
  expect(made().get('chocolatey/lecoder-cgpu.nuspec')).toContain(`<version>${VERSION}</version>`);
});

test('an archive that is missing stops it', () => {
  const fewer = new Map([...SUMS].slice(1));
  expect(() => manifests(fewer)).toThrow('SHA256SUMS has no');
});

// These packages are made on Linux.
if (process.platform === 'linux')
  test.each(['deb', 'rpm'] as const)(
    'the tree of a .%s: program, pages, completions, licences, and who brought it',
    kind => {
      const program = join(folder, 'program');
      writeFileSync(program, 'a program');
      mkdirSync(join(folder, 'tree'));
      const completions = { bash: 'for bash', zsh: 'for zsh', fish: 'for fish' };
      writeTree(join(folder, 'tree'), { program, layout: LAYOUTS[kind], completions, licences: 'their licences' });
      const inside = (path: string) => join(folder, 'tree', path);
      expect(statSync(inside('usr/bin/lecoder-cgpu')).mode & 0o777).toBe(0o755);
      expect(readFileSync(inside(`${LAYOUTS[kind].zsh}/_lecoder-cgpu`), 'utf8')).toBe('for zsh');
      expect(readFileSync(inside('usr/share/bash-completion/completions/lecoder-cgpu'), 'utf8')).toBe('for bash');
      const pages = readdirSync(inside('usr/share/man/man1'));
      expect(pages.sort()).toEqual(
        readdirSync('man')
          .map(name => `${name}.gz`)
          .sort(),
      );
      const licences = readFileSync(inside(`${LAYOUTS[kind].doc}/THIRD-PARTY-LICENSES.txt.gz`));
      expect(gunzipSync(licences).toString()).toBe('their licences');
      // no name and no time in it: bytes 4 to 7 of the head
      expect(licences.readUInt32LE(4)).toBe(0);
      const read = (path: string) => execFileSync('cat', [path]).toString();
      const facts = { single: true, platform: 'linux', exists: () => false, read } as const;
      expect(
        installOf({
          ...facts,
          path: inside('usr/bin/lecoder-cgpu'),
          read: path => (path.includes('/bin/') ? null : read(path)),
        }).kind,
      ).toBe(kind);
    },
  );
