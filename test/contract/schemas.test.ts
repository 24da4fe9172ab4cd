import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { COMMANDS } from '../../src/cli/command-list.ts';
import { jsonSchema, SCHEMA_NAMES } from '../../src/core/contract/json-schema.ts';
import { OBJECTS } from '../../src/core/contract/objects.ts';
import { main } from '../../src/main.ts';
import { testHost } from '../support/test-host.ts';

test('every command has a schema', () => {
  expect(SCHEMA_NAMES).toEqual(expect.arrayContaining(COMMANDS.map(command => command.path.join(' '))));
});

test.each(SCHEMA_NAMES)('the schema of %s is pinned', name => {
  expect(jsonSchema(name)).toMatchSnapshot();
});

test.each([
  ['status', ['status']],
  ['sessions list', ['sessions', 'list']],
  ['sessions list', ['sessions', 'list', '--stats']],
  ['sessions clean', ['sessions', 'clean']],
  ['disconnect', ['disconnect', '--all']],
  ['logs', ['logs']],
  ['logs stats', ['logs', 'stats']],
  ['logs stats', ['logs', '--stats']],
  ['logs clear', ['logs', 'clear', '--confirm']],
  ['debug tail', ['debug', 'tail']],
  ['debug show', ['debug', 'show']],
  ['debug list', ['debug', 'list']],
  ['debug path', ['debug', 'path']],
  ['schema', ['schema']],
  ['help', ['--help']],
  ['version', ['--version']],
  ['error', ['nonsense']],
  ['error', ['sessions']],
  ['error', ['run', '--bogus']],
  ['error', ['kernel', 'status']],
  ['run', ['run', '-k', '1 + 1']],
] as const)('%s: what %j prints fits', async (name, argv) => {
  const host = testHost({ stdin: '' });
  await main([...argv, '--json'], host);
  const lines = host.stdout.text.split('\n');
  expect(lines).toHaveLength(2);
  const schema = OBJECTS[name];
  if (schema === undefined) throw new Error('no schema');
  const checked = z.safeParse(schema, JSON.parse(lines[0] ?? ''));
  expect(checked.error?.issues ?? []).toEqual([]);
});
