import { relative } from 'node:path';

/**
 * Counts from vitest's JSON report. A file that could not be loaded counts as one failure. `chosen` decides by full name
 * which tests were asked for: those not chosen on the command line stand in the report as skipped, and are not.
 */
export function countTests(report, { root, chosen = () => true }) {
  const totals = { passed: 0, failed: 0, skipped: 0, notChosen: 0, failures: [], skips: [] };
  for (const file of report.testResults) {
    const path = relative(root, file.name);
    if (file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed')) {
      totals.failed += 1;
      totals.failures.push(`${path} (${firstLine(file.message) || 'could not be run'})`);
    }
    for (const test of file.assertionResults) count(totals, test, { path, chosen });
  }
  return totals;
}

function count(totals, test, { path, chosen }) {
  const name = `${path} › ${[...test.ancestorTitles, test.title].join(' › ')}`;
  if (test.status === 'passed') totals.passed += 1;
  else if (test.status === 'failed') {
    totals.failed += 1;
    totals.failures.push(name);
  } else if (!chosen(test.fullName)) totals.notChosen += 1;
  else {
    totals.skipped += 1;
    totals.skips.push(`${name} (${test.status})`);
  }
}

/** What vitest's own arguments choose: a predicate over full names. With a line number nobody can tell from here. */
export function chosenBy(args) {
  if (args.some(arg => /\.ts:\d+$/.test(arg))) return () => false;
  const pattern = args.flatMap((arg, at) => {
    const [, inline] = /^(?:-t|--testNamePattern)=(.*)$/s.exec(arg) ?? [];
    return inline ?? (arg === '-t' || arg === '--testNamePattern' ? (args[at + 1] ?? []) : []);
  })[0];
  if (pattern === undefined) return () => true;
  const matcher = new RegExp(pattern);
  return name => matcher.test(name);
}

/** The line that others read: nothing else on it. */
export function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function firstLine(text) {
  return (text ?? '').split('\n')[0].trim();
}
