import { expect, test } from 'vitest';
import { FAILURES, type FailureSpec } from '../../src/core/failure.ts';

/** Section by section what the exit codes promise: which error codes end with which. */
function promised(code: number): number {
  if (code === 1403) return 2;
  if (code >= 1001 && code <= 1004) return 3;
  if ((code >= 1101 && code <= 1199) || code === 1402) return 4;
  if (code === 1203) return 6;
  if (code === 1208) return 130;
  if (code >= 1201 && code <= 1299) return 5;
  return 1;
}

const rows = Object.entries(FAILURES) as [string, FailureSpec][];

test.each(rows)('%s ends with the exit code of its error code', (_, spec) => {
  expect(spec.exit).toBe(promised(spec.code));
});

test('the catalogue is as published', () => {
  expect(
    rows.map(
      ([kind, { code, title, exit, category, errorCode, retryable }]) =>
        `${code} ${exit} ${errorCode} ${category} ${retryable} ${kind}: ${title}`,
    ),
  ).toMatchSnapshot();
});

test('what is not retryable is in no category that the published retry loop repeats, but for what it cannot know', () => {
  const repeated = ['timeout', 'io', 'unknown'];
  const surprising = rows
    .filter(([, spec]) => spec.code < 1200 && !spec.retryable && repeated.includes(spec.category))
    .map(([kind]) => kind);
  expect(surprising).toEqual([]);
});
