import type { Style } from '../../core/command.ts';
import type { BatchRun, NotebookBatchReport } from '../../core/notebook-batch.ts';
import { type Column, table } from '../../ui/table.ts';
import { durationText } from '../../util/time.ts';

/** A row for each run, in the order in which they were asked for. */
export function batchText({ runs }: NotebookBatchReport, style: Style): string {
  return table(runs, columnsFor(style), style);
}

function columnsFor(style: Style): readonly Column<BatchRun>[] {
  return [
    { title: 'run', text: ({ name }) => name },
    { title: 'status', text: run => coloured(run.status, style) },
    { title: 'cells', text: run => cellsText(run), right: true },
    {
      title: 'took',
      text: ({ status, duration }) => (status === 'pending' ? '-' : durationText(duration)),
      right: true,
    },
    { title: 'result', text: run => resultText(run) },
  ];
}

function coloured(status: BatchRun['status'], style: Style): string {
  if (status === 'ok') return style.green(status);
  return status === 'error' ? style.red(status) : style.yellow(status);
}

/** Cells that ran, of those there are. */
function cellsText({ cells, counts }: BatchRun): string {
  return cells.length === 0 ? '-' : `${counts.ran + counts.kept}/${cells.length}`;
}

function resultText({ failed, error, output, status }: BatchRun): string {
  if (status === 'pending') return 'not begun';
  if (failed !== null) return `cell ${failed.cell}: ${failed.ename}: ${failed.evalue}`;
  return error === undefined ? output : error.message;
}
