import { basename, dirname, extname, join, resolve } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import { type ExportedFile, NOTEBOOK_FORMATS, type NotebookFormat } from '../../core/notebook-batch.ts';
import type { NotebookDocument } from '../../core/notebook-document.ts';
import { readLocalNotebook } from './read-local-notebook.ts';
import { refuseExisting, writeResults } from './write-results.ts';

export interface NotebookExport {
  /** Local notebooks. */
  readonly files: readonly string[];
  readonly formats: readonly NotebookFormat[];
  /** Null for beside each notebook. */
  readonly outputDir: string | null;
  /** Replace files that are there. */
  readonly force: boolean;
}

/** The words of `--to` and `--export`. Throws `usage`. */
export function exportFormats(words: readonly string[], option: string): readonly NotebookFormat[] {
  const wrong = words.find(word => !NOTEBOOK_FORMATS.some(format => format === ALIASES[word.toLowerCase()]));
  if (wrong !== undefined)
    throw new Failure('usage', `\`${option}\` takes ${NOTEBOOK_FORMATS.join(', ')}, not \`${wrong}\``);
  return NOTEBOOK_FORMATS.filter(format => words.some(word => ALIASES[word.toLowerCase()] === format));
}

const ALIASES: Readonly<Record<string, NotebookFormat>> = {
  ...{ html: 'html', md: 'md', markdown: 'md' },
  ...{ py: 'py', python: 'py', script: 'py', pdf: 'pdf' },
};

/** Writes notebooks in other formats; none is run. Throws as `convertNotebook`, `readLocalNotebook` and `writeResults` do. */
export async function exportNotebooks(wish: NotebookExport, context: CommandContext): Promise<readonly ExportedFile[]> {
  const { host } = context.services;
  const jobs = wish.files.flatMap(input => {
    const output = targetOf(input, wish.outputDir, host.folders.work);
    return wish.formats.map(format => ({ input, format, output: `${output}.${format}` }));
  });
  const twice = jobs.find(({ output }, index) => jobs.findIndex(job => job.output === output) < index);
  if (twice !== undefined)
    throw new Failure('usage', `two notebooks would both become \`${twice.output}\``, {
      hints: ['export them one by one, each with its own `--output-dir`'],
    });
  if (!wish.force) for (const { output } of jobs) refuseExisting(output);
  const done: ExportedFile[] = [];
  for (const job of jobs) done.push(await exportOne({ ...job, replace: wish.force }, context));
  return done;
}

/** Without its ending. */
function targetOf(input: string, outputDir: string | null, work: string): string {
  const path = resolve(work, input === '-' ? 'notebook.ipynb' : input);
  const stem = basename(path, extname(path) === '.ipynb' ? '.ipynb' : '');
  return join(outputDir === null ? dirname(path) : resolve(work, outputDir), stem);
}

interface Job {
  readonly input: string;
  readonly format: NotebookFormat;
  readonly output: string;
  readonly replace: boolean;
}

async function exportOne(job: Job, context: CommandContext): Promise<ExportedFile> {
  const { input, format, output, replace } = job;
  const bytes = await readLocalNotebook(input, context.services.host, context.signal);
  const text = Buffer.from(bytes).toString('utf8');
  const { readNotebook } = await import('../../notebook/read-notebook.ts');
  const notebook = readNotebook(text, input);
  const { files, by } = await content(notebook, job, text, context);
  await writeResults(output, files, { replace });
  const page = files.get('') ?? '';
  return { input, format, output, bytes: Buffer.byteLength(page), images: files.size - 1, by };
}

async function content(
  notebook: NotebookDocument,
  { input, format, output }: Job,
  text: string,
  context: CommandContext,
): Promise<{ readonly files: ReadonlyMap<string, string | Uint8Array>; readonly by: ExportedFile['by'] }> {
  const name = basename(output, `.${format}`);
  switch (format) {
    case 'py':
      return { files: new Map([['', await script(notebook, input)]]), by: 'lecoder-cgpu' };
    case 'md': {
      const { notebookMarkdown } = await import('../../notebook/markdown.ts');
      const page = notebookMarkdown(notebook, name);
      return { files: new Map<string, string | Uint8Array>([['', page.text], ...page.files]), by: 'lecoder-cgpu' };
    }
    default: {
      const { convertNotebook } = await import('./convert-notebook.ts');
      const folder = dirname(resolve(context.services.host.folders.work, input));
      const made = await convertNotebook({ notebook: text, name, folder, format }, context);
      return { files: new Map([['', made.content]]), by: made.by };
    }
  }
}

async function script(notebook: NotebookDocument, input: string): Promise<string> {
  const [{ pythonScript }, { scriptParts }, { languageOf }] = await Promise.all([
    import('../../notebook/python-script.ts'),
    import('../../notebook/script-parts.ts'),
    import('../../notebook/markdown.ts'),
  ]);
  const language = languageOf(notebook.metadata);
  if (!/^i?python3?$/.test(language))
    throw new Failure('usage', `\`${input}\` is in ${language}, so it makes no Python script`);
  return pythonScript([`Made from ${basename(input)}`], scriptParts(notebook));
}
