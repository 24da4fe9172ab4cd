import { errorReport } from '../../core/error-report.ts';
import type { FailedCell, NotebookCellReport, NotebookReport, NotebookRunRequest } from '../../core/notebook-run.ts';
import type { Session } from '../../core/session.ts';
import type { CellsEnd } from './notebook-cells.ts';
import type { NotebookState } from './notebook-state.ts';

export interface ReportParts {
  readonly request: NotebookRunRequest;
  readonly state: NotebookState;
  readonly end: CellsEnd;
  readonly session: Session | null;
  readonly duration: number;
}

export function notebookReport({
  request,
  state,
  end,
  session,
  duration,
}: ReportParts): Omit<NotebookReport, 'parameters'> {
  const cells = state.reports();
  const { failure } = end;
  return {
    input: request.source.kind === 'drive' ? request.source.id : request.source.path,
    output: request.output,
    session: session?.name ?? null,
    status: failure === null ? 'ok' : failure.kind === 'interrupted' ? 'abort' : 'error',
    errorCode: failure?.spec.errorCode ?? 0,
    cells,
    failed: failedCell(cells, end),
    counts: {
      ran: cells.filter(({ duration: took }) => took !== null).length,
      kept: count(cells, 'kept'),
      skipped: count(cells, 'skipped'),
      failed: count(cells, 'error'),
    },
    duration,
    ...(failure === null ? {} : { error: errorReport(failure) }),
  };
}

function failedCell(cells: readonly NotebookCellReport[], { failure, place }: CellsEnd): FailedCell | null {
  const cell = cells.find(each => each.cell - 1 === place);
  if (failure === null || cell === undefined) return null;
  const { facts, spec, message } = failure;
  const { cell: number, id, name } = cell;
  return { cell: number, id, name, ename: facts.name ?? spec.title, evalue: message, traceback: facts.traceback ?? [] };
}

function count(cells: readonly NotebookCellReport[], status: NotebookCellReport['status']): number {
  return cells.filter(cell => cell.status === status).length;
}
