import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EMULATOR } from '../../../src/cli/commands/emulator.ts';
import { optionNames } from '../../../src/cli/spec.ts';
import { ORDERS } from '../../../src/emulator/control/orders.ts';
import { Faults } from '../../../src/emulator/faults.ts';
import { OPERATIONS } from '../../../src/emulator/operations.ts';
import { DEFAULTS } from '../../../src/emulator/options.ts';

const page = readFileSync(join(process.cwd(), 'docs', 'emulator.md'), 'utf8');
/** What stands between backticks, word by word. */
const named = new Set([...page.matchAll(/`([^`\n]+)`/g)].flatMap(([, text = '']) => [text, ...text.split(/[\s,]+/)]));

test.each([
  ['operation', Object.keys(OPERATIONS)],
  ['order', Object.keys(ORDERS)],
  ['setting', Object.keys(DEFAULTS)],
  ['flag', EMULATOR.flatMap(command => (command.options ?? []).map(option => optionNames(option).long))],
])('every %s stands in docs/emulator.md', (_, names) => {
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter(name => !named.has(name))).toEqual([]);
});

test('the faults it shows are faults', () => {
  const shown = [...page.matchAll(/(?:--fail |"fault": ")([\w=:,-]+)/g)].map(([, text = '']) => text);
  expect(shown.length).toBeGreaterThan(2);
  for (const text of shown.filter(each => each.includes('='))) expect(() => new Faults().add(text)).not.toThrow();
});
