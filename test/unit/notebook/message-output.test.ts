import { expect, test } from 'vitest';
import type { KernelMessage } from '../../../src/core/execution.ts';
import { outputOf } from '../../../src/notebook/message-output.ts';

const shown = (data: object) =>
  outputOf({ header: { msg_type: 'display_data' }, content: { data } } as unknown as KernelMessage);

test.each([
  ['text/plain', 'as it is', 'as it is'],
  ['text/html', ['two\n', 'lines'], 'two\nlines'],
  ['image/png', ['AA', 'BB'], 'AABB'],
  ['application/json', { a: [1, null] }, { a: [1, null] }],
  ['application/vnd.vega.v5+json', [1, 2], [1, 2]],
  ['application/json', 'text', 'text'],
  // the format allows none of these, and no reader of notebooks opens a file with them
  ['application/x-own', { a: 1 }, '{"a":1}'],
  ['image/png', 5, '5'],
  ['text/plain', null, 'null'],
  ['text/plain', ['a', 1], '["a",1]'],
])('%s with %j is kept as %j', (type, given, kept) => {
  expect(shown({ [type]: given })).toEqual({ output_type: 'display_data', data: { [type]: kept }, metadata: {} });
});
