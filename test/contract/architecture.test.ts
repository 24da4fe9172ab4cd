import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VARIABLES } from '../../src/core/environment.ts';
import { bareCode, type Import, importsOf, sources } from '../support/source-imports.ts';

const SRC = join(process.cwd(), 'src');
const FILES = sources(SRC);
const IMPORTS = [...FILES].flatMap(([name, text]) => importsOf(name, text));

const ADAPTERS = ['google', 'colab', 'jupyter', 'remote', 'local', 'drive', 'store'];

/** What each part may import of our own; everything may import itself. The picture is in docs/architecture.md. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  util: [],
  http: ['core', 'util'],
  ...Object.fromEntries(ADAPTERS.map(name => [name, ['core', 'http', 'util']])),
  emulator: ['util'],
  notebook: ['core', 'util'],
  operations: ['core', 'notebook', 'util', 'version.ts'],
  ui: ['core', 'util'],
  commands: ['core', 'operations', 'ui', 'util'],
  cli: ['core', 'ui', 'util'],
  'node-host': ['core', 'util'],
  'node-host.ts': ['core', 'node-host'],
  'version.ts': [],
  'main.ts': ['core', 'cli', 'ui', 'app.ts', 'known-names.ts', 'update-notice.ts', 'version.ts'],
  'known-names.ts': ['core', 'cli', 'store'],
  'update-notice.ts': ['core', 'store', 'util', 'version.ts'],
  'app.ts': ['core', 'util', 'http', 'emulator', 'version.ts', ...ADAPTERS],
  'bin.ts': ['node-host.ts', 'main.ts'],
};

/** Packages, and the one place that may load each. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  'zod/mini': /^(core|commands|operations|google|colab|jupyter|remote|local|drive|store)\//,
  'zod/v4/core': /^core\/contract\/json-schema\.ts$/,
  commander: /^cli\/read-options\.ts$/,
  chalk: /^ui\/style\.ts$/,
  ora: /^ui\/spinner\.ts$/,
  ws: /^(node-host\/socket|emulator\/runtime\/terminal)\.ts$/,
  undici: /^node-host\/fetch\.ts$/,
  'https-proxy-agent': /^node-host\/proxy-agent\.ts$/,
  'env-paths': /^node-host\.ts$/,
  '@jupyterlab/services': /^jupyter\//,
  'google-auth-library': /^google\//,
  gaxios: /^google\//,
  yaml: /^notebook\//,
  ignore: /^operations\/sync\/sync-rules\.ts$/,
  chokidar: /^operations\/sync\/sync-changes\.ts$/,
};

const partOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : path);

/** Why an import may not be, or null. */
function objection({ from, to, kind }: Import): string | null {
  if (to.startsWith('node:'))
    return from.startsWith('core/') ? `${from}: core knows no machine, but imports ${to}` : null;
  if (to.startsWith('..')) return from === 'version.ts' ? null : `${from} reaches out of src: ${to}`;
  if (!FILES.has(to) && !to.endsWith('.py')) {
    const name = Object.keys(PACKAGES).find(each => to === each || to.startsWith(`${each}/`));
    return name !== undefined && PACKAGES[name]?.test(from) ? null : `${from} may not load the package ${to}`;
  }
  const [here, there] = [partOf(from), partOf(to)];
  if (here === there) return null;
  // The list of commands names each command's module, and loads it when that command runs.
  if (from.startsWith('cli/commands/') && there === 'commands' && kind === 'dynamic') return null;
  return ARROWS[here]?.includes(there) ? null : `${from} may not import ${to}`;
}

test('the arrows between the parts are as drawn', () => {
  expect(IMPORTS.map(objection).filter(found => found !== null)).toEqual([]);
});

test('files are looked at, and their imports found', () => {
  expect(FILES.size).toBeGreaterThan(80);
  expect(IMPORTS).toContainEqual({ from: 'main.ts', to: 'app.ts', kind: 'dynamic' });
  expect(IMPORTS).toContainEqual({ from: 'app.ts', to: 'store/lock.ts', kind: 'static' });
  expect(IMPORTS).toContainEqual({ from: 'core/services.ts', to: 'core/host.ts', kind: 'type' });
});

describe('a violation is found', () => {
  test.each([
    ['core/session.ts', "import { readFileSync } from 'node:fs';"],
    ['core/session.ts', "import { lock } from '../store/lock.ts';"],
    ['store/lock.ts', "import { openLink } from '../jupyter/link.ts';"],
    ['commands/run.ts', "import { locks } from '../store/lock.ts';"],
    ['commands/run.ts', "const { locks } = await import('../store/lock.ts');"],
    ['commands/run.ts', "import type { locks } from '../store/lock.ts';"],
    ['operations/run/run-code.ts', "import { table } from '../../ui/table.ts';"],
    ['cli/help.ts', "import { command } from '../commands/run.ts';"],
    ['cli/commands/run.ts', "import { command } from '../../commands/run.ts';"],
    ['ui/table.ts', "import chalk from 'chalk';"],
    ['cli/help.ts', "import { z } from 'zod';"],
  ])('%s: %s', (from, text) => {
    expect(importsOf(from, text).map(objection)).not.toContain(null);
  });
});

test('only two files say `process`', () => {
  const guilty = [...FILES]
    .filter(([, text]) => /(?<![.\w])process\b(?!\s*:)/.test(bareCode(text)))
    .map(([name]) => name);
  expect(guilty).toEqual(['bin.ts', 'node-host.ts']);
});

test('no default exports, no paths of the module itself, no barrels', () => {
  const guilty = [...FILES].filter(
    ([name, text]) => !name.endsWith('.d.ts') && /\bexport default\b|\bimport\.meta\b|\bexport \*/.test(bareCode(text)),
  );
  expect(guilty.map(([name]) => name)).toEqual([]);
});

test('no module waits for itself', () => {
  const next = new Map<string, string[]>();
  for (const { from, to, kind } of IMPORTS)
    if (kind === 'static' && FILES.has(to)) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): string[] => {
    if (way.includes(name)) return [[...way.slice(way.indexOf(name)), name].join(' → ')];
    if (done.has(name)) return [];
    const circles = (next.get(name) ?? []).flatMap(to => visit(to, [...way, name]));
    done.add(name);
    return circles;
  };
  expect([...FILES.keys()].flatMap(name => visit(name, []))).toEqual([]);
});

test('every environment variable that is read is described once', () => {
  const read = [...FILES.values()].flatMap(text =>
    [...text.matchAll(/\benv(?:\.|\(')([A-Z][A-Z_]{2,})\b/g)].map(([, name]) => name ?? ''),
  );
  const described = VARIABLES.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
  expect(new Set(described).size).toBe(described.length);
  expect([...new Set(read)].filter(name => !described.includes(name))).toEqual([]);
  expect(read.length).toBeGreaterThan(10);
});
