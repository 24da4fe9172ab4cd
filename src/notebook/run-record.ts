import { createHash } from 'node:crypto';
import type { JsonObject } from '../core/events.ts';
import type { NotebookDocument } from '../core/notebook-document.ts';

/** What a run leaves in the metadata of its output, so that a later one can go on where it ended. */
export interface RunRecord {
  readonly kernel: string;
  /** Of this life of the kernel: a restart keeps the id and loses the variables. */
  readonly marker: string;
  /** The kernel was made for the run, and goes with it. */
  readonly own: boolean;
  /** By id, as each was run last in this life of the kernel. */
  readonly cells: Readonly<Record<string, RanCell>>;
}

export interface RanCell {
  /** Fingerprint of the source that ran. */
  readonly source: string;
  readonly status: 'ok' | 'error' | 'running';
}

export const RECORD_KEY = 'lecoder';

/** Which source a cell had when it ran; the text itself is not kept. */
export function fingerprint(source: string): string {
  return createHash('sha256').update(source).digest('hex').slice(0, 16);
}

/** The record in a notebook; null when there is none that can be read. */
export function recordIn({ metadata }: NotebookDocument): RunRecord | null {
  const found = metadata[RECORD_KEY] as Partial<RunRecord> | undefined;
  if (typeof found?.kernel !== 'string' || typeof found.marker !== 'string') return null;
  const cells = Object.entries(found.cells ?? {}).filter(([, cell]) => isRanCell(cell));
  return { kernel: found.kernel, marker: found.marker, own: found.own === true, cells: Object.fromEntries(cells) };
}

export function withRecord(metadata: JsonObject, record: RunRecord): JsonObject {
  return { ...metadata, [RECORD_KEY]: { ...record } };
}

function isRanCell(value: unknown): value is RanCell {
  const cell = value as Partial<RanCell> | null;
  return typeof cell?.source === 'string' && typeof cell.status === 'string';
}
