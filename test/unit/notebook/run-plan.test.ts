import { describe, expect, test } from 'vitest';
import type { NotebookCell, NotebookDocument } from '../../../src/core/notebook-document.ts';
import { planRun } from '../../../src/notebook/run-plan.ts';
import { fingerprint, withRecord } from '../../../src/notebook/run-record.ts';

const cell = (id: string, source: string, more: Partial<NotebookCell> = {}): NotebookCell =>
  ({ cell_type: 'code', id, source, metadata: {}, execution_count: 9, outputs: [stale], ...more }) as NotebookCell;
const stale = { output_type: 'stream', name: 'stdout', text: 'stale' } as const;
const fresh = { output_type: 'stream', name: 'stdout', text: 'fresh' } as const;
const notebook = (...cells: NotebookCell[]): NotebookDocument => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells,
});

const A = cell('a', '1');
const B = cell('b', '2');
const C = cell('c', '3');
const TEXT = cell('t', 'text', { cell_type: 'markdown' });

/** What a run of these left: the cells, each with how it ended. */
function left(...ran: [NotebookCell, 'ok' | 'error' | 'running' | null][]): NotebookDocument {
  const cells = ran.flatMap(([{ id, source }, status]) =>
    status === null ? [] : [[id, { source: fingerprint(source), status }] as const],
  );
  const metadata = withRecord({}, { kernel: 'k', marker: 'm', own: false, cells: Object.fromEntries(cells) });
  return { ...notebook(...ran.map(([each]) => ({ ...each, outputs: [fresh] }) as NotebookCell)), metadata };
}
const resume = { start: { kind: 'resume' }, only: null } as const;
const outputsOf = ({ notebook: { cells } }: ReturnType<typeof planRun>) =>
  cells.map(each => (each.cell_type === 'code' ? each.outputs : null));

test('from the beginning: all code cells with something in them and no tag against it', () => {
  const skipped = cell('s', 'x', { metadata: { tags: ['skip'] } });
  const plan = planRun(
    notebook(TEXT, A, cell('e', ' \n'), skipped, cell('x', 'y', { metadata: { tags: ['skip-execution'] } }), B),
    null,
    { start: { kind: 'beginning' }, only: null },
  );
  expect(plan.run).toEqual([1, 5]);
  // what will run is empty until then; the others are as they were
  expect(outputsOf(plan)).toEqual([null, [], [stale], [stale], [stale], []]);
});

describe('resume begins at the first cell that', () => {
  test.each([
    ['failed', left([A, 'ok'], [B, 'error'], [C, null]), notebook(A, B, C), [1, 2]],
    ['was running', left([A, 'ok'], [B, 'running']), notebook(A, B, C), [1, 2]],
    ['never ran', left([A, 'ok'], [B, 'ok'], [C, null]), notebook(A, B, C), [2]],
    ['changed', left([A, 'ok'], [B, 'ok'], [C, 'ok']), notebook(A, cell('b', 'other'), C), [1, 2]],
    ['is new', left([A, 'ok'], [C, 'ok']), notebook(A, B, C), [1, 2]],
    ['none: all ran', left([A, 'ok'], [B, 'ok']), notebook(A, TEXT, B), []],
    ['was put above all', left([A, 'ok'], [B, 'ok']), notebook(C, A, B), [0, 1, 2]],
  ])('%s', (_, former, now, run) => {
    expect(planRun(now, former, resume).run).toEqual(run);
  });

  test('cells that were taken out do not matter', () => {
    expect(planRun(notebook(A, C), left([A, 'ok'], [B, 'ok'], [C, 'error']), resume).run).toEqual([1]);
  });

  test('a new id does not make another cell', () => {
    const plan = planRun(notebook(cell('other', '1'), B), left([A, 'ok'], [B, 'error']), resume);
    expect(plan.run).toEqual([1]);
    expect(outputsOf(plan)).toEqual([[fresh], []]);
  });

  test('two cells of the same source are two', () => {
    const again = cell('again', '1');
    expect(planRun(notebook(A, again), left([A, 'ok'], [again, 'error']), resume).run).toEqual([1]);
  });

  test('what is kept keeps what it gave', () => {
    const plan = planRun(notebook(A, B), left([A, 'ok'], [B, 'error']), resume);
    expect([plan.kept, outputsOf(plan)]).toEqual([[0], [[fresh], []]]);
  });
});

describe('a part', () => {
  test('from a cell on: the others keep what the last run gave, where they are the same', () => {
    const former = left([A, 'ok'], [cell('b', 'old'), 'ok'], [C, 'ok']);
    const plan = planRun(notebook(A, B, C), former, { start: { kind: 'from', cell: 3 }, only: null });
    expect([plan.run, plan.kept]).toEqual([[2], []]);
    expect(outputsOf(plan)).toEqual([[fresh], [stale], []]);
  });

  test('with a tag', () => {
    const tagged = cell('b', '2', { metadata: { tags: ['eval'] } });
    const wish = { start: { kind: 'beginning' }, only: 'eval' } as const;
    expect(planRun(notebook(A, tagged, C), null, wish).run).toEqual([1]);
    expect(() => planRun(notebook(A), null, wish)).toThrow('no cell that can run has the tag `eval`');
  });

  test.each([0, 4])('cell %i of three is refused', place => {
    const wish = { start: { kind: 'from', cell: place }, only: null } as const;
    expect(() => planRun(notebook(A, B, C), null, wish)).toThrow(`there is no cell ${place}`);
  });
});
