import { expect, test } from 'vitest';
import { colourWanted, styleFor } from '../../../src/ui/style.ts';
import { MemoryOutput } from '../../support/test-host.ts';

const terminal = new MemoryOutput(80);
const pipe = new MemoryOutput(null);

test.each<[string, MemoryOutput, Record<string, string>, boolean | null, boolean]>([
  ['a terminal', terminal, {}, null, true],
  ['a pipe', pipe, {}, null, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, null, false],
  ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, null, true],
  ['TERM=dumb', terminal, { TERM: 'dumb' }, null, false],
  ['FORCE_COLOR in a pipe', pipe, { FORCE_COLOR: '1' }, null, true],
  ['FORCE_COLOR=0 on a terminal', terminal, { FORCE_COLOR: '0' }, null, false],
  ['FORCE_COLOR beside NO_COLOR', pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, null, true],
  ['--no-color beside FORCE_COLOR', terminal, { FORCE_COLOR: '1' }, false, false],
])('%s', (_, output, env, flag, wanted) => {
  expect(colourWanted(output, env, flag)).toBe(wanted);
});

test('colour is colour where it is wanted and the text itself elsewhere', async () => {
  expect((await styleFor(terminal, {}, null)).red('x')).toBe('\u001b[31mx\u001b[39m');
  expect((await styleFor(pipe, {}, null)).red('x')).toBe('x');
});
