import { basename, extname, resolve } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { HistoryEntry } from '../../core/history.ts';
import { refuseExisting, writeResults } from '../notebooks/write-results.ts';
import { historySession } from './history-session.ts';
import { type HistoryWish, queryHistory } from './query-history.ts';

export interface HistoryExport extends HistoryWish {
  /** Where to; its ending says which format. */
  readonly notebook: string;
  /** The newest so many; all when absent. */
  readonly limit?: number | undefined;
  readonly force: boolean;
}

export interface ExportedHistory {
  /** Whole path. */
  readonly file: string;
  readonly format: ExportFormat;
  readonly runs: number;
  /** Runs that a script holds as comments only. */
  readonly commented: number;
}

const FORMATS = { '.ipynb': 'ipynb', '.md': 'md', '.py': 'py' } as const;
export type ExportFormat = (typeof FORMATS)[keyof typeof FORMATS];

/**
 * Writes past runs, oldest first, as a notebook, a page or a script. Throws `usage` for an ending that means nothing,
 * where nothing fits, and for a file that is there already unless `force`.
 */
export async function exportHistory(
  wish: HistoryExport,
  { services, report }: CommandContext,
): Promise<ExportedHistory> {
  const { host, history } = services;
  const file = resolve(host.folders.work, wish.notebook);
  const format = formatOf(wish.notebook);
  if (!wish.force) refuseExisting(file);
  const found = queryHistory(history, { ...wish, session: historySession(services) }, host.now(), wish.limit);
  // Runs side by side are recorded as they end.
  const entries = found.toSorted((one, other) => Date.parse(one.timestamp) - Date.parse(other.timestamp));
  if (entries.length === 0)
    throw new Failure('usage', 'no run in the history fits, so there is nothing to write', {
      hints: ['`lecoder-cgpu logs` lists what there is'],
    });
  const { files, commented } = await contentOf(entries, format, basename(file, extname(file)));
  if (commented > 0)
    await report({
      type: 'note',
      text: `${commented} of ${entries.length} runs did not succeed or are not recorded whole: they are comments in the script`,
    });
  await writeResults(file, files, { replace: wish.force });
  return { file, format, runs: entries.length, commented };
}

function formatOf(name: string): ExportFormat {
  const format = FORMATS[extname(name).toLowerCase() as keyof typeof FORMATS];
  if (format !== undefined) return format;
  throw new Failure('usage', `\`--notebook\` takes a file that ends in .ipynb, .md or .py, not \`${name}\``, {
    hints: ['`lecoder-cgpu logs export --notebook history.ipynb`'],
  });
}

/** The file's own content is under the empty name. */
async function contentOf(
  entries: readonly HistoryEntry[],
  format: ExportFormat,
  stem: string,
): Promise<{ files: ReadonlyMap<string, string | Uint8Array>; commented: number }> {
  const { historyNotebook, historyScript, deadCount } = await import('../../notebook/history-cells.ts');
  if (format === 'py') {
    const { pythonScript } = await import('../../notebook/python-script.ts');
    const parts = historyScript(entries);
    const about = [`Runs recorded by lecoder-cgpu from ${entries[0]?.timestamp} to ${entries.at(-1)?.timestamp}`];
    return { files: new Map([['', pythonScript(about, parts)]]), commented: deadCount(parts) };
  }
  const notebook = historyNotebook(entries);
  if (format === 'ipynb') {
    const { writeNotebook } = await import('../../notebook/write-notebook.ts');
    return { files: new Map([['', writeNotebook(notebook)]]), commented: 0 };
  }
  const { notebookMarkdown } = await import('../../notebook/markdown.ts');
  const page = notebookMarkdown(notebook, stem);
  return { files: new Map<string, string | Uint8Array>([['', page.text], ...page.files]), commented: 0 };
}
