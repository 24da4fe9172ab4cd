import type { JsonObject } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import type { CellOutput, NotebookCell, NotebookDocument } from '../core/notebook-document.ts';
import { CellIds } from './cell-ids.ts';
import { NumberText } from './json-number.ts';
import { BrokenJson, type JsonValue, readJson } from './read-json.ts';

type Fields = { readonly [key: string]: JsonValue };

/**
 * Reads a notebook of any format 4.x and brings it to 4.5; what we do not know is kept. `name` is for messages. Throws `usage` with
 * the place for what is no notebook, and for formats before 4.
 */
export function readNotebook(text: string, name: string): NotebookDocument {
  const notebook = parsed(text, name);
  const { nbformat, cells } = notebook;
  if (typeof nbformat !== 'number') throw broken(name, 'it has no `nbformat`');
  if (nbformat !== 4) throw otherFormat(name, nbformat);
  if (!Array.isArray(cells)) throw broken(name, 'it has no list of `cells`');
  const minor = typeof notebook.nbformat_minor === 'number' ? notebook.nbformat_minor : 0;
  const ids = new CellIds();
  return {
    ...notebook,
    nbformat: 4,
    nbformat_minor: Math.max(5, minor),
    metadata: isFields(notebook.metadata) ? notebook.metadata : {},
    cells: cells.map((cell, index) => readCell(cell, ids, `cell ${index + 1}`, name)),
  };
}

function parsed(text: string, name: string): Fields {
  try {
    const value = readJson(text.replace(/^\ufeff/, ''));
    if (isFields(value)) return value;
  } catch (error) {
    if (error instanceof BrokenJson)
      throw new Failure('usage', `\`${name}\` is no notebook: its JSON is broken, ${error.message}`, { cause: error });
    throw error;
  }
  throw broken(name, 'it holds no JSON object');
}

function otherFormat(name: string, nbformat: number): Failure {
  if (nbformat > 4) return broken(name, `its format ${nbformat} is newer than what this program knows`);
  return new Failure('usage', `\`${name}\` is a notebook of format ${nbformat}; formats before 4 cannot be run`, {
    hints: [`bring it up to date first: \`jupyter nbconvert --to notebook --nbformat 4 ${name}\``],
  });
}

function broken(name: string, why: string): Failure {
  return new Failure('usage', `\`${name}\` is no notebook: ${why}`);
}

function readCell(cell: JsonValue, ids: CellIds, place: string, name: string): NotebookCell {
  if (!isFields(cell)) throw broken(name, `${place} is no object`);
  const type = cell.cell_type;
  if (type !== 'code' && type !== 'markdown' && type !== 'raw')
    throw broken(name, `${place} has no known \`cell_type\``);
  const source = wholeText(cell.source ?? '');
  if (source === null) throw broken(name, `the \`source\` of ${place} is no text`);
  const whole = {
    ...cell,
    id: ids.take(cell.id, `${type}\n${source}`),
    metadata: isFields(cell.metadata) ? cell.metadata : {},
    source,
  };
  if (type !== 'code') return { ...whole, ...attachments(cell), cell_type: type };
  const outputs = Array.isArray(cell.outputs) ? cell.outputs : [];
  const count = cell.execution_count;
  return {
    ...whole,
    cell_type: type,
    execution_count: typeof count === 'number' ? count : null,
    outputs: outputs.map(output => readOutput(output, place, name)),
  };
}

function attachments({ attachments: found }: Fields): { attachments?: JsonObject } {
  if (!isFields(found)) return {};
  return {
    attachments: Object.fromEntries(Object.entries(found).map(([file, bundle]) => [file, wholeBundle(bundle)])),
  };
}

/** What it is is checked; a type of output that came later is passed through as it is. */
function readOutput(output: JsonValue, place: string, name: string): CellOutput {
  if (!isFields(output)) throw broken(name, `an output of ${place} is no object`);
  if (output.output_type === 'stream') {
    const stream = output.name === 'stderr' ? 'stderr' : 'stdout';
    return { ...output, output_type: 'stream', name: stream, text: wholeText(output.text ?? '') ?? '' };
  }
  if (output.output_type === 'display_data' || output.output_type === 'execute_result') {
    const metadata = isFields(output.metadata) ? output.metadata : {};
    return { ...output, metadata, data: wholeBundle(output.data ?? {}) } as CellOutput;
  }
  return output as unknown as CellOutput;
}

function wholeBundle(bundle: JsonValue): JsonObject {
  if (!isFields(bundle)) return {};
  const entries = Object.entries(bundle).map(([type, data]) => [type, isJson(type) ? data : (wholeText(data) ?? data)]);
  return Object.fromEntries(entries);
}

function isJson(type: string): boolean {
  return type === 'application/json' || (type.startsWith('application/') && type.endsWith('+json'));
}

/** A text, or lines of it joined; null for anything else. */
function wholeText(value: JsonValue): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every(line => typeof line === 'string')) return value.join('');
  return null;
}

function isFields(value: JsonValue | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}
