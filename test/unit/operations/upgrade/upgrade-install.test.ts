import { expect, test } from 'vitest';
import type { InstallKind } from '../../../../src/core/upgrade.ts';
import { channelOf, upgradeCommands } from '../../../../src/operations/upgrade/upgrade-commands.ts';
import { installOf } from '../../../../src/operations/upgrade/upgrade-install.ts';
import { targetOf } from '../../../../src/operations/upgrade/upgrade-program.ts';

/** A machine with these files, and whose program is this. */
function kindAt(path: string, files: Readonly<Record<string, string>> = {}): InstallKind {
  return installOf({
    path,
    single: !path.endsWith('.cjs'),
    platform: /^[A-Z]:/.test(path) ? 'win32' : 'linux',
    exists: name => name in files,
    read: name => files[name] ?? null,
  }).kind;
}

test.each([
  ['/usr/local/lib/node_modules/lecoder-cgpu/dist/lecoder-cgpu.cjs', 'npm'],
  ['/home/a/.nvm/versions/node/v22.1.0/lib/node_modules/lecoder-cgpu/dist/lecoder-cgpu.cjs', 'npm'],
  ['C:\\Users\\a\\AppData\\Roaming\\npm\\node_modules\\lecoder-cgpu\\dist\\lecoder-cgpu.cjs', 'npm'],
  ['/home/a/.npm/_npx/1a2b/node_modules/lecoder-cgpu/dist/lecoder-cgpu.cjs', 'npx'],
  ['C:\\Users\\a\\AppData\\Local\\npm-cache\\_npx\\1a\\node_modules\\lecoder-cgpu\\dist\\lecoder-cgpu.cjs', 'npx'],
  [
    '/home/a/.local/share/pnpm/global/5/.pnpm/lecoder-cgpu@1.0.0/node_modules/lecoder-cgpu/dist/lecoder-cgpu.cjs',
    'pnpm',
  ],
  ['/home/a/.config/yarn/global/node_modules/lecoder-cgpu/dist/lecoder-cgpu.cjs', 'yarn'],
  ['C:\\Users\\a\\AppData\\Local\\Yarn\\Data\\global\\node_modules\\lecoder-cgpu\\dist\\lecoder-cgpu.cjs', 'yarn'],
  ['/home/a/.bun/install/global/node_modules/lecoder-cgpu/dist/lecoder-cgpu.cjs', 'bun'],
  ['/home/a/src/lecoder-cgpu/dist/lecoder-cgpu.cjs', 'source'],
  ['/opt/homebrew/Cellar/lecoder-cgpu/1.0.0/bin/lecoder-cgpu', 'homebrew'],
  ['/home/linuxbrew/.linuxbrew/Cellar/lecoder-cgpu/1.0.0/bin/lecoder-cgpu', 'homebrew'],
  ['C:\\ProgramData\\chocolatey\\lib\\lecoder-cgpu\\tools\\lecoder-cgpu.exe', 'chocolatey'],
  ['/home/a/Downloads/lecoder-cgpu', 'archive'],
  ['C:\\Users\\a\\Downloads\\lecoder-cgpu.exe', 'archive'],
] as const)('%s is of %s', (path, kind) => {
  expect(kindAt(path)).toBe(kind);
});

test('a package of a project is not a global one', () => {
  const path = '/home/a/project/node_modules/lecoder-cgpu/dist/lecoder-cgpu.cjs';
  expect(kindAt(path, { '/home/a/project/package.json': '{}' })).toBe('npm-project');
  const windows = 'C:\\a\\project\\node_modules\\lecoder-cgpu\\dist\\lecoder-cgpu.cjs';
  expect(kindAt(windows, { 'C:\\a\\project\\package.json': '{}' })).toBe('npm-project');
});

test("Scoop is known by its own note, not by its folder's name alone", () => {
  const folder = 'D:\\scoop\\apps\\lecoder-cgpu\\current';
  expect(kindAt(`${folder}\\lecoder-cgpu.exe`, { [`${folder}\\install.json`]: '{}' })).toBe('scoop');
  expect(kindAt(`${folder}\\lecoder-cgpu.exe`)).toBe('archive');
});

test.each(['script', 'deb', 'rpm', 'docker'] as const)('a mark of %s is believed', kind => {
  const mark = { '/usr/share/lecoder-cgpu/lecoder-cgpu.install.json': JSON.stringify({ by: kind }) };
  expect(kindAt('/usr/bin/lecoder-cgpu', mark)).toBe(kind);
});

test('a mark beside the program counts too; a damaged or foreign one does not', () => {
  const mark = (text: string) => ({ 'C:\\p\\lecoder-cgpu.install.json': text });
  expect(kindAt('C:\\p\\lecoder-cgpu.exe', mark('{"by":"script"}'))).toBe('script');
  for (const text of ['', '{', 'null', '{"by":"npm"}', '{"by":7}'])
    expect(kindAt('C:\\p\\lecoder-cgpu.exe', mark(text)), text).toBe('archive');
});

test('each manager is told the version in its own words', () => {
  const address = (name: string) => `https://example.org/${name}`;
  const wish = { version: '1.2.3', asked: false, target: 'linux-arm64', address, repository: 'us/it' };
  const lines = (kind: InstallKind) => upgradeCommands({ ...wish, kind });
  expect(lines('npm')).toEqual(['npm install -g lecoder-cgpu@1.2.3']);
  expect(lines('deb')).toEqual([
    'curl -fLO https://example.org/lecoder-cgpu-1.2.3-linux-arm64.deb',
    'sudo apt install ./lecoder-cgpu-1.2.3-linux-arm64.deb',
  ]);
  expect(lines('rpm')).toEqual(['sudo dnf install https://example.org/lecoder-cgpu-1.2.3-linux-arm64.rpm']);
  expect(lines('docker')).toEqual(['docker pull ghcr.io/us/it:1.2.3']);
  expect(upgradeCommands({ ...wish, kind: 'scoop', asked: true })).toContain('scoop update lecoder-cgpu@1.2.3');
  expect(lines('script')).toEqual([]);
});

test('npm and its like ask the registry, all others the releases', () => {
  expect([channelOf('npx'), channelOf('npm'), channelOf('deb'), channelOf('script')]).toEqual([
    'npm',
    'npm',
    'releases',
    'releases',
  ]);
});

test('machines without a binary are known', () => {
  expect([targetOf('win32', 'x64'), targetOf('darwin', 'arm64'), targetOf('linux', 'ia32')]).toEqual([
    'win-x64',
    'darwin-arm64',
    null,
  ]);
});
