import type { CodeCell, NotebookCell, NotebookDocument } from '../core/notebook-document.ts';
import { CellIds } from './cell-ids.ts';
import { pythonLiteral } from './python-literal.ts';
import { hasTag } from './tags.ts';

const INJECTED = 'injected-parameters';

/**
 * The notebook with a cell that sets the parameters, by papermill's rule: in the place of the one that an earlier run put in,
 * else below the cell tagged `parameters`, else on top. Without parameters it is as it was.
 */
export function injectParameters(
  notebook: NotebookDocument,
  parameters: ReadonlyMap<string, unknown>,
): NotebookDocument {
  if (parameters.size === 0) return notebook;
  const { cells } = notebook;
  const former = cells.findIndex(cell => hasTag(cell, INJECTED));
  const at = former >= 0 ? former : cells.findIndex(cell => hasTag(cell, 'parameters')) + 1;
  const others = cells.filter((_, index) => index !== former);
  const cell = injectedCell(parameters, others);
  return { ...notebook, cells: [...others.slice(0, at), cell, ...others.slice(at)] };
}

/** Whether papermill would say that it found no place for them. */
export function takesParameters({ cells }: NotebookDocument): boolean {
  return cells.some(cell => hasTag(cell, 'parameters') || hasTag(cell, INJECTED));
}

export function isInjected(cell: NotebookCell): boolean {
  return hasTag(cell, INJECTED);
}

function injectedCell(parameters: ReadonlyMap<string, unknown>, others: readonly NotebookCell[]): CodeCell {
  const ids = new CellIds();
  for (const { id } of others) ids.take(id, '');
  return {
    cell_type: 'code',
    id: ids.take(INJECTED, INJECTED),
    metadata: { tags: [INJECTED] },
    source: ['# Parameters', ...[...parameters].map(([name, value]) => `${name} = ${pythonLiteral(value)}`), ''].join(
      '\n',
    ),
    execution_count: null,
    outputs: [],
  };
}
