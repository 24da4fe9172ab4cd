import type { CodeCell, NotebookCell } from '../core/notebook-document.ts';

export function hasTag({ metadata }: NotebookCell, ...tags: readonly string[]): boolean {
  const own = metadata.tags;
  return Array.isArray(own) && tags.some(tag => own.includes(tag));
}

/** `skip` is ours, `skip-execution` is what Jupyter's own runner knows. */
export function isRunnable(cell: NotebookCell): cell is CodeCell {
  return cell.cell_type === 'code' && cell.source.trim() !== '' && !hasTag(cell, 'skip', 'skip-execution');
}

const LONGEST = 60;

/** What a cell is called: its `name` in the metadata, or its first line. */
export function cellName({ metadata, source }: NotebookCell): string {
  const named = typeof metadata.name === 'string' ? metadata.name : '';
  const line = (named || source).split('\n').find(each => each.trim() !== '') ?? '';
  const text = line.trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
