import type { NotebookCell, NotebookDocument } from '../core/notebook-document.ts';
import { splitLines } from './lines.ts';
import { sorted, writeJson } from './write-json.ts';

/** What nbformat keeps out of files. */
const TRANSIENT = ['orig_nbformat', 'orig_nbformat_minor', 'signature'];

type Fields = Readonly<Record<string, unknown>>;

/** Cells do not change, they are replaced: what was written once need not be put into bytes again. */
const written = new WeakMap<NotebookCell, Uint8Array>();

/** The file's text, byte for byte what nbformat writes for the same notebook. */
export function writeNotebook(notebook: NotebookDocument): string {
  return Buffer.concat(notebookBytes(notebook)).toString('utf8');
}

/** The same as bytes, in pieces: a large notebook that is written again and again is not copied each time. */
export function notebookBytes({ cells, metadata, ...others }: NotebookDocument): Uint8Array[] {
  const parts: Readonly<Record<string, string>> = {
    metadata: writeJson(without(metadata, TRANSIENT), 1),
    ...Object.fromEntries(Object.entries(others).map(([key, value]) => [key, writeJson(value, 1)])),
  };
  const pieces: Uint8Array[] = [];
  const fields = sorted([...Object.keys(parts), 'cells']);
  for (const [index, key] of fields.entries()) {
    pieces.push(Buffer.from(`${index === 0 ? '{' : ','}\n ${JSON.stringify(key)}: `));
    pieces.push(...(key === 'cells' ? cellList(cells) : [Buffer.from(parts[key] ?? '')]));
  }
  return [...pieces, Buffer.from('\n}\n')];
}

const [FIRST, NEXT, LAST] = [Buffer.from('[\n  '), Buffer.from(',\n  '), Buffer.from('\n ]')];

function cellList(cells: readonly NotebookCell[]): Uint8Array[] {
  if (cells.length === 0) return [Buffer.from('[]')];
  const pieces = cells.flatMap((cell, index) => [index === 0 ? FIRST : NEXT, cellBytes(cell)]);
  return [...pieces, LAST];
}

function cellBytes(cell: NotebookCell): Uint8Array {
  const known = written.get(cell);
  if (known !== undefined) return known;
  const bytes = Buffer.from(writeJson(onDisk(cell), 2));
  written.set(cell, bytes);
  return bytes;
}

function onDisk(cell: NotebookCell): Fields {
  const fields: Record<string, unknown> = {
    ...cell,
    metadata: without(cell.metadata, ['trusted']),
    source: splitLines(cell.source),
  };
  if (cell.cell_type === 'code') fields.outputs = cell.outputs.map(output => outputOnDisk({ ...output }));
  else if (cell.attachments !== undefined) {
    const attachments = Object.entries(cell.attachments).map(([name, bundle]) => [name, bundleOnDisk(bundle)]);
    fields.attachments = Object.fromEntries(attachments);
  }
  return fields;
}

function outputOnDisk(output: Record<string, unknown>): Fields {
  if (output.output_type === 'stream' && typeof output.text === 'string')
    return { ...output, text: splitLines(output.text) };
  if (output.output_type === 'display_data' || output.output_type === 'execute_result')
    return { ...output, data: bundleOnDisk(output.data) };
  return output;
}

function bundleOnDisk(bundle: unknown): unknown {
  if (typeof bundle !== 'object' || bundle === null) return bundle;
  const entries = Object.entries(bundle).map(([type, data]) => [
    type,
    typeof data === 'string' && isLines(type) ? splitLines(data) : data,
  ]);
  return Object.fromEntries(entries);
}

function isLines(type: string): boolean {
  return type.startsWith('text/') || type === 'application/javascript' || type === 'image/svg+xml';
}

function without(metadata: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !names.includes(name)));
}
