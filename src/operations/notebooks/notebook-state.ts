import type { JsonObject } from '../../core/events.ts';
import type { CellOutput, CodeCell, NotebookCell, NotebookDocument } from '../../core/notebook-document.ts';
import type { NotebookCellReport } from '../../core/notebook-run.ts';
import { isInjected } from '../../notebook/inject-parameters.ts';
import type { NotebookOutputs } from '../../notebook/notebook-outputs.ts';
import type { RunPlan } from '../../notebook/run-plan.ts';
import { fingerprint, type RanCell, RECORD_KEY, type RunRecord } from '../../notebook/run-record.ts';
import { cellName } from '../../notebook/tags.ts';
import { WIDGET_STATE } from '../../notebook/widget-states.ts';
import { notebookBytes } from '../../notebook/write-notebook.ts';
import type { Mask } from '../run/mask.ts';

/** Which kernel, and which life of it; the mark is null until the kernel has told it. */
export interface KernelLife {
  readonly kernel: string;
  readonly own: boolean;
  marker: string | null;
}

interface Result {
  readonly status: 'ok' | 'error';
  readonly duration: number;
}

/** A notebook while it runs: the cells with what has come of them, and what was noted for a later run. */
export class NotebookState {
  readonly #plan: RunPlan;
  readonly #mask: Mask;
  readonly #former: RunRecord | null;
  readonly #cells: NotebookCell[];
  readonly #results = new Map<number, Result>();
  readonly #ran = new Map<string, RanCell>();
  #outputs: NotebookOutputs | null = null;
  #running: number | null = null;
  #life: KernelLife | null = null;
  languageInfo: JsonObject | null = null;

  constructor(plan: RunPlan, mask: Mask, former: RunRecord | null) {
    this.#plan = plan;
    this.#mask = mask;
    this.#former = former;
    this.#cells = plan.notebook.cells.map(cell =>
      isInjected(cell) ? { ...cell, source: mask.text(cell.source) } : cell,
    );
  }

  get total(): number {
    return this.#cells.length;
  }

  start(outputs: NotebookOutputs, life: KernelLife): void {
    this.#outputs = outputs;
    this.#life = life;
  }

  /** The cell as it is to run. */
  cell(place: number): CodeCell {
    return this.#plan.notebook.cells[place] as CodeCell;
  }

  name(place: number): string {
    const cell = this.#cells[place];
    return cell === undefined ? '' : this.#mask.text(cellName(cell));
  }

  begin(place: number): void {
    this.#running = place;
    this.#note(place, 'running');
  }

  end(place: number, result: Result): void {
    this.#running = null;
    this.#results.set(place, result);
    this.#note(place, result.status);
  }

  /** As it is now. */
  current(place: number): CodeCell {
    this.#refresh();
    return this.#cells[place] as CodeCell;
  }

  /** The file as it is now, in pieces. */
  bytes(): Uint8Array[] {
    this.#refresh();
    return notebookBytes(this.#document());
  }

  reports(): NotebookCellReport[] {
    return this.#cells.flatMap((cell, place) => {
      if (cell.cell_type !== 'code') return [];
      const result = this.#results.get(place);
      const status = result?.status ?? this.#unrun(place);
      const { execution_count: executionCount, id } = cell;
      return [
        { cell: place + 1, id, name: this.name(place), status, executionCount, duration: result?.duration ?? null },
      ];
    });
  }

  #unrun(place: number): NotebookCellReport['status'] {
    if (this.#plan.kept.includes(place)) return 'kept';
    return this.#plan.run.includes(place) ? 'pending' : 'skipped';
  }

  #note(place: number, status: RanCell['status']): void {
    const { id, source } = this.cell(place);
    this.#ran.set(id, { source: fingerprint(source), status });
  }

  #refresh(): void {
    for (const place of this.#outputs?.takeChanged() ?? []) {
      const cell = this.#outputs?.record(place)?.cell(this.#cells[place] as CodeCell);
      if (cell) this.#cells[place] = { ...cell, outputs: this.#masked(cell.outputs, place === this.#running) };
    }
  }

  #masked(outputs: readonly CellOutput[], more: boolean): readonly CellOutput[] {
    if (this.#mask.isEmpty) return outputs;
    const masked = this.#mask.deep(outputs);
    const last = masked.at(-1);
    if (!more || last?.output_type !== 'stream') return masked;
    return [...masked.slice(0, -1), { ...last, text: this.#mask.unfinished(last.text) }];
  }

  #document(): NotebookDocument {
    const { notebook } = this.#plan;
    const { [RECORD_KEY]: _, widgets: before, ...metadata } = notebook.metadata;
    const widgets = widgetMetadata(before, this.#outputs?.widgets() ?? null);
    const record = this.#record();
    return {
      ...notebook,
      metadata: {
        ...metadata,
        ...(this.languageInfo === null ? {} : { language_info: this.languageInfo }),
        ...(widgets === null ? {} : { widgets: this.#mask.deep(widgets) }),
        ...(record === null ? {} : { [RECORD_KEY]: record }),
      },
      cells: this.#cells,
    };
  }

  /** What ran earlier in the same life of the kernel still counts. */
  #record(): RunRecord | null {
    if (this.#life === null) return null;
    const { kernel, own } = this.#life;
    // Until the kernel has told its mark the former one stands: a run killed before that must not lose what it went on from.
    const marker = this.#life.marker ?? (this.#former?.kernel === kernel ? this.#former.marker : null);
    if (marker === null) return null;
    const same = this.#former?.kernel === kernel && this.#former.marker === marker ? this.#former.cells : {};
    const present = this.#cells.filter(cell => cell.cell_type === 'code').map(({ id }) => id);
    const cells = present.flatMap(id => {
      const ran = this.#ran.get(id) ?? same[id];
      return ran === undefined ? [] : [[id, ran] as const];
    });
    return { kernel, marker, own, cells: Object.fromEntries(cells) };
  }
}

/** Widgets of cells that did not run now are still shown as they were. */
function widgetMetadata(before: unknown, now: JsonObject | null): JsonObject | null {
  const [old, fresh] = [statesIn(before), statesIn(now)];
  if (now === null || Object.keys(old).length === 0) return now ?? (before as JsonObject | undefined) ?? null;
  return { ...now, [WIDGET_STATE]: { ...(now[WIDGET_STATE] as JsonObject), state: { ...old, ...fresh } } };
}

function statesIn(widgets: unknown): JsonObject {
  const kept = (widgets as Record<string, { state?: JsonObject } | undefined> | null | undefined)?.[WIDGET_STATE];
  return kept?.state ?? {};
}
