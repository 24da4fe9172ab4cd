import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript
import { billOfMaterials, licenceText, packagesIn } from '../../../scripts/binaries/bundled.mjs';
// @ts-expect-error plain JavaScript
import { hostTarget, NODE_VERSION, programName, TARGETS } from '../../../scripts/binaries/parts.mjs';

const input = (bytesInOutput: number) => ({ bytesInOutput });
const METAFILE = {
  outputs: {
    'dist/a.mjs': {
      inputs: {
        'src/bin.ts': input(10),
        'node_modules/ws/lib/websocket.js': input(10),
        'node_modules/ws/lib/sender.js': input(10),
        'node_modules/vitest/dist/index.js': input(0),
      },
    },
    'dist/b.mjs': {
      inputs: {
        'node_modules/@jupyterlab/services/lib/kernel/serialize.js': input(5),
        'node_modules/zod/mini.js': input(1),
      },
    },
  },
};
const NAMES = ['@jupyterlab/services', 'ws', 'zod'];

test('a bundle holds the packages that something of is left in it', () => {
  expect(packagesIn(METAFILE).map(({ name }: { name: string }) => name)).toEqual(NAMES);
});

test('their licences are passed on, and that of Node', () => {
  const text = licenceText(packagesIn(METAFILE), 'the licence of Node');
  for (const part of [
    'ws 8.',
    'Einar Otto Stangvik',
    '@jupyterlab/services 7.',
    `Node.js ${NODE_VERSION}`,
    'the licence of Node',
  ])
    expect(text).toContain(part);
});

test('the bills of materials name us, what is bundled, and Node; nothing that only builds', async () => {
  const packages = packagesIn(METAFILE);
  const cyclone = await billOfMaterials('cyclonedx', packages);
  const scoped = ({ group, name }: { group?: string; name: string }) => (group ? `${group}/${name}` : name);
  expect(cyclone.metadata.component).toMatchObject({ name: 'lecoder-cgpu', type: 'application' });
  expect(cyclone.components.map(scoped).sort()).toEqual([...NAMES, 'node'].sort());
  const ours = cyclone.dependencies.find(({ ref }: { ref: string }) => ref.startsWith('lecoder-cgpu@'));
  expect(ours.dependsOn).toContain(`node@${NODE_VERSION}`);
  const spdx = await billOfMaterials('spdx', packages);
  expect(spdx.packages.map(({ name }: { name: string }) => name).sort()).toEqual(
    [...NAMES, 'lecoder-cgpu', 'node'].sort(),
  );
});

test('every target is pinned to the bit, and the machine we are on is one of them where Node says so', () => {
  expect(Object.keys(TARGETS)).toEqual(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win-x64']);
  for (const { integrity } of Object.values<{ integrity: string }>(TARGETS))
    expect(integrity).toMatch(/^sha512-[\w+/]{86}==$/);
  expect(hostTarget({ platform: 'win32', arch: 'x64' })).toBe('win-x64');
  expect(hostTarget({ platform: 'sunos', arch: 'x64' })).toBeNull();
  expect([programName('win-x64'), programName('linux-x64')]).toEqual(['lecoder-cgpu.exe', 'lecoder-cgpu']);
});
