import { expect, test } from 'vitest';
import { chosenBy, countTests, totalsLine, type VitestReport } from '../../../scripts/totals.mjs';

function report(...statuses: string[]): VitestReport {
  const assertionResults = statuses.map((status, at) => ({
    ancestorTitles: ['group'],
    title: `test ${at}`,
    fullName: `group test ${at}`,
    status,
  }));
  return { testResults: [{ name: '/clone/test/a.test.ts', status: 'passed', assertionResults }] };
}

test('every kind of not having run counts as skipped and is named', () => {
  const totals = countTests(report('passed', 'failed', 'skipped', 'pending', 'todo'), { root: '/clone' });
  expect(totalsLine(totals)).toBe('1 passed, 1 failed, 3 skipped');
  expect(totals.failures).toEqual(['test/a.test.ts › group › test 1']);
  expect(totals.skips).toEqual([
    'test/a.test.ts › group › test 2 (skipped)',
    'test/a.test.ts › group › test 3 (pending)',
    'test/a.test.ts › group › test 4 (todo)',
  ]);
});

test('a file that could not be loaded is a failure, though it has no tests', () => {
  const broken = {
    name: '/clone/test/b.test.ts',
    status: 'failed',
    message: 'Cannot find x\n at y',
    assertionResults: [],
  };
  const totals = countTests({ testResults: [broken] }, { root: '/clone' });
  expect(totalsLine(totals)).toBe('0 passed, 1 failed, 0 skipped');
  expect(totals.failures).toEqual(['test/b.test.ts (Cannot find x)']);
});

test('tests not chosen by name are not skipped tests, chosen ones that did not run are', () => {
  const chosen = chosenBy(['test/unit', '-t', 'test [01]']);
  const totals = countTests(report('passed', 'skipped', 'skipped'), { root: '/clone', chosen });
  expect(totals).toMatchObject({ passed: 1, skipped: 1, notChosen: 1 });
});

test.each([
  [['-t', 'b$'], true, false],
  [['--testNamePattern=^a'], true, false],
  [['test/unit'], true, true],
  [['test/unit/a.test.ts:12'], false, false],
])('%j chooses', (args, first, second) => {
  const chosen = chosenBy(args);
  expect([chosen('a b'), chosen('b c')]).toEqual([first, second]);
});
