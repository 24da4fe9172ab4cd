import type { DriveNotebook } from '../../core/drive.ts';
import { printable } from '../printable.ts';

/** What was done with it, its id and its page, a line each. */
export function notebookLines(done: string, { name, id, url }: Pick<DriveNotebook, 'name' | 'id' | 'url'>): string {
  return `${done} ${printable(name)}\n  ${id}\n  ${url}`;
}
