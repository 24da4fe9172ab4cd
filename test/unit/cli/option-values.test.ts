import { expect, test } from 'vitest';
import { optionTable } from '../../../src/cli/option-table.ts';
import { readOptionValue } from '../../../src/cli/option-values.ts';
import type { OptionKind } from '../../../src/cli/spec.ts';
import { isFailure } from '../../../src/core/failure.ts';

function read(kind: OptionKind, text: string): unknown {
  const [option] = optionTable([
    { flags: '-o, --option <value>', kind, help: '', choices: ['terminal', 'kernel'] },
  ]).all;
  if (option === undefined) throw new Error('no option');
  try {
    return readOptionValue(option, text);
  } catch (error) {
    if (!isFailure(error, 'usage')) throw error;
    return [error.message, ...(error.facts.hints ?? [])].join(' | ');
  }
}

test.each<[OptionKind, string, unknown]>([
  ['duration', '300', 300],
  ['duration', '0', 0],
  ['duration', '1.5', 1.5],
  ['duration', '.5', 0.5],
  ['duration', '250ms', 0.25],
  ['duration', '90s', 90],
  ['duration', '15m', 900],
  ['duration', '2h', 7200],
  ['duration', '1d', 86_400],
  ['size', '100', 100],
  ['size', '20k', 20_480],
  ['size', '20KB', 20_480],
  ['size', '1.5M', 1_572_864],
  ['size', '2GiB', 2_147_483_648],
  ['whole', '20', 20],
  ['whole', '0', 0],
  ['choice', 'kernel', 'kernel'],
  ['list', 'A100, L4,,T4', ['A100', 'L4', 'T4']],
  ['pairs', 'A=', 'A='],
  ['pairs', 'A=b=c', 'A=b=c'],
  ['pairs', 'A', 'A'],
  ['text', ' as it is ', ' as it is '],
])('%s %j is %j', (kind, text, value) => {
  expect(read(kind, text)).toEqual(value);
});

test.each<[OptionKind, string, string]>([
  ['duration', '-5', '`--option` takes seconds, or a number with ms, s, m, h or d, such as 90 or 15m, not `-5`'],
  [
    'duration',
    '5 weeks',
    '`--option` takes seconds, or a number with ms, s, m, h or d, such as 90 or 15m, not `5 weeks`',
  ],
  ['duration', '', '`--option` takes seconds, or a number with ms, s, m, h or d, such as 90 or 15m, not ``'],
  ['size', 'big', '`--option` takes a size in bytes, or a number with k, M or G, such as 20M, not `big`'],
  ['whole', '1.5', '`--option` takes a whole number, such as 20, not `1.5`'],
  ['whole', '99999999999999999999', '`--option` takes a whole number, such as 20, not `99999999999999999999`'],
  ['choice', 'krnel', '`--option` takes `terminal` or `kernel`, not `krnel` | did you mean `--option kernel`?'],
  ['choice', 'zzzzzz', '`--option` takes `terminal` or `kernel`, not `zzzzzz`'],
  ['pairs', '=hunter2', '`--option` takes NAME=value'],
  ['pairs', '1A=hunter2', '`--option` takes NAME=value'],
])('%s refuses %j', (kind, text, message) => {
  expect(read(kind, text)).toBe(message);
});
