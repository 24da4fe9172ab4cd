import type { JsonObject, MimeBundle } from './events.ts';

/** A notebook of format 4 in memory: text is one string each, and every cell has an id. What we do not know is kept. */
export interface NotebookDocument {
  readonly nbformat: 4;
  /** At least 5: what was older has been given ids. */
  readonly nbformat_minor: number;
  readonly metadata: JsonObject;
  readonly cells: readonly NotebookCell[];
}

export type NotebookCell = CodeCell | TextCell;

interface AnyCell {
  readonly id: string;
  readonly metadata: JsonObject;
  readonly source: string;
}

export interface CodeCell extends AnyCell {
  readonly cell_type: 'code';
  readonly execution_count: number | null;
  readonly outputs: readonly CellOutput[];
}

export interface TextCell extends AnyCell {
  readonly cell_type: 'markdown' | 'raw';
  readonly attachments?: JsonObject;
}

export type CellOutput =
  | { readonly output_type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | { readonly output_type: 'display_data'; readonly data: MimeBundle; readonly metadata: JsonObject }
  | {
      readonly output_type: 'execute_result';
      readonly data: MimeBundle;
      readonly metadata: JsonObject;
      readonly execution_count: number | null;
    }
  | {
      readonly output_type: 'error';
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };
