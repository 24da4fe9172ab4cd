import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawNotebook } from './notebook-compare.ts';

/** A code cell as a test gives it; a text alone is its source. */
export interface CellGiven {
  readonly source: string;
  readonly id?: string;
  readonly tags?: readonly string[];
}

/** Notebooks in a folder: written for a test, and read as they stand in the file. */
export function notebooksIn(folder: string) {
  const read = async (name: string): Promise<RawNotebook & { readonly text: string }> => {
    const text = await readFile(join(folder, name), 'utf8');
    return { ...(JSON.parse(text) as RawNotebook), text };
  };
  return {
    async put(name: string, cells: readonly (string | CellGiven)[]): Promise<void> {
      const notebook = { cells: cells.map(cellOf), metadata: {}, nbformat: 4, nbformat_minor: 5 };
      await writeFile(join(folder, name), `${JSON.stringify(notebook, null, 1)}\n`);
    },
    read,
    /** What each code cell gave: the name of its error, else its outputs as plain text between `|`; null for nothing. */
    async gave(name: string): Promise<(string | null)[]> {
      const { cells } = await read(name);
      return cells.filter(cell => cell.cell_type === 'code').map(cell => gaveOf(cell.outputs));
    },
  };
}

function cellOf(given: string | CellGiven, index: number): object {
  const { source, id = `cell-${index + 1}`, tags } = typeof given === 'string' ? { source: given } : given;
  const metadata = tags === undefined ? {} : { tags };
  return { cell_type: 'code', execution_count: null, id, metadata, outputs: [], source: source.split(/(?<=\n)/) };
}

// biome-ignore lint/suspicious/noExplicitAny: outputs have many shapes
function gaveOf(outputs: readonly any[]): string | null {
  const error = outputs.find(({ output_type }) => output_type === 'error');
  if (error !== undefined) return error.ename;
  return outputs.length === 0 ? null : outputs.map(({ text, data }) => joined(text ?? data['text/plain'])).join('|');
}

function joined(text: string | readonly string[]): string {
  return typeof text === 'string' ? text : text.join('');
}
