import type { NotebookCell, NotebookDocument } from '../core/notebook-document.ts';
import { fingerprint, type RanCell, recordIn } from './run-record.ts';

/** The output of an earlier run, asked about the cells of the notebook as it is now. */
export class FormerRun {
  readonly #cells: ReadonlyMap<string, NotebookCell>;
  readonly #ran: Readonly<Record<string, RanCell>>;
  /** What ran under an id that no cell has now, by its source: editors give cells new ids. */
  readonly #renamed: ReadonlyMap<string, string>;

  constructor(former: NotebookDocument, now: readonly NotebookCell[]) {
    this.#cells = new Map(former.cells.map(cell => [cell.id, cell]));
    this.#ran = recordIn(former)?.cells ?? {};
    const present = new Set(now.map(cell => cell.id));
    this.#renamed = new Map(
      former.cells.filter(({ id }) => !present.has(id)).map(({ id, source }) => [fingerprint(source), id]),
    );
  }

  /** The id under which it stands there; null when it does not, or had another source. */
  idOf(cell: NotebookCell): string | null {
    const source = fingerprint(cell.source);
    const same = this.#cells.get(cell.id);
    if (same !== undefined)
      return same.source === cell.source || this.#ran[cell.id]?.source === source ? cell.id : null;
    return this.#renamed.get(source) ?? null;
  }

  /** What was noted of it, if its source is still the one that ran. */
  noted(cell: NotebookCell): RanCell | null {
    const ran = this.#ran[this.idOf(cell) ?? ''];
    return ran?.source === fingerprint(cell.source) ? ran : null;
  }

  ranWell(cell: NotebookCell | undefined): boolean {
    return cell !== undefined && this.noted(cell)?.status === 'ok';
  }

  /** The cell with what it gave then. */
  bring(cell: NotebookCell): NotebookCell {
    const before = this.#cells.get(this.idOf(cell) ?? '');
    if (cell.cell_type !== 'code' || before?.cell_type !== 'code') return cell;
    const { execution } = before.metadata;
    const metadata = execution === undefined ? cell.metadata : { ...cell.metadata, execution };
    return { ...cell, metadata, execution_count: before.execution_count, outputs: before.outputs };
  }
}
