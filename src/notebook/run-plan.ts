import { Failure } from '../core/failure.ts';
import type { CodeCell, NotebookCell, NotebookDocument } from '../core/notebook-document.ts';
import type { NotebookStart } from '../core/notebook-run.ts';
import { FormerRun } from './former-run.ts';
import { hasTag, isRunnable } from './tags.ts';

/** What happens to each cell of a notebook, and the notebook as it is before the first of them runs. */
export interface RunPlan {
  readonly notebook: NotebookDocument;
  /** Places of the cells that run, in order. */
  readonly run: readonly number[];
  /** Places of code cells whose outcome is kept from the run before. */
  readonly kept: readonly number[];
}

export interface PlanWish {
  readonly start: NotebookStart;
  /** Only cells with this tag; null for all. */
  readonly only: string | null;
}

/**
 * Says what runs. `former` is the output of the run before: what does not run now keeps what it gave there, where the
 * source is the same. Throws `usage` for a place or a tag that no cell has.
 */
export function planRun(source: NotebookDocument, former: NotebookDocument | null, wish: PlanWish): RunPlan {
  const { cells } = source;
  const before = former === null ? null : new FormerRun(former, cells);
  const runnable = cells.flatMap((cell, place) => (isWanted(cell, wish.only) ? [place] : []));
  checkWish(cells, runnable, wish);
  const first = firstPlace(cells, runnable, { before, start: wish.start });
  const run = new Set(runnable.filter(place => place >= first));
  const kept = wish.start.kind === 'resume' ? runnable.filter(place => place < first) : [];
  const partial = wish.start.kind !== 'beginning' || wish.only !== null;
  const fresh = cells.map((cell, place) => {
    if (run.has(place)) return emptied(cell as CodeCell);
    return partial && before !== null ? before.bring(cell) : cell;
  });
  const { widgets: _, ...metadata } = source.metadata;
  const widgets = partial ? (former ?? source).metadata.widgets : undefined;
  return {
    notebook: { ...source, metadata: { ...metadata, ...(widgets === undefined ? {} : { widgets }) }, cells: fresh },
    run: [...run],
    kept,
  };
}

function isWanted(cell: NotebookCell, only: string | null): boolean {
  return isRunnable(cell) && (only === null || hasTag(cell, only));
}

function checkWish(cells: readonly NotebookCell[], runnable: readonly number[], { start, only }: PlanWish): void {
  if (start.kind === 'from' && (start.cell < 1 || start.cell > cells.length))
    throw new Failure('usage', `there is no cell ${start.cell}: the notebook has ${cells.length}`, {
      hints: ['cells are counted from 1, text and code together'],
    });
  if (only !== null && runnable.length === 0)
    throw new Failure('usage', `no cell that can run has the tag \`${only}\``);
}

interface Where {
  readonly before: FormerRun | null;
  readonly start: NotebookStart;
}

function firstPlace(cells: readonly NotebookCell[], runnable: readonly number[], { before, start }: Where): number {
  if (start.kind === 'beginning') return 0;
  if (start.kind === 'from') return start.cell - 1;
  return runnable.find(place => !before?.ranWell(cells[place])) ?? cells.length;
}

function emptied(cell: CodeCell): CodeCell {
  const { execution: _, ...metadata } = cell.metadata;
  return { ...cell, metadata, execution_count: null, outputs: [] };
}
