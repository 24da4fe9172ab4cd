import type { NotebookDocument } from '../core/notebook-document.ts';
import type { ScriptPart } from './python-script.ts';

/** The cells of a notebook in Python as parts of a script. Outputs and raw cells stay behind. */
export function scriptParts({ cells }: NotebookDocument): ScriptPart[] {
  return cells.flatMap((cell): ScriptPart[] => {
    if (cell.cell_type === 'raw' || cell.source.trim() === '') return [];
    if (cell.cell_type === 'markdown') return [{ kind: 'text', text: cell.source }];
    return [
      { kind: 'python', title: typeof cell.metadata.name === 'string' ? cell.metadata.name : '', code: cell.source },
    ];
  });
}
