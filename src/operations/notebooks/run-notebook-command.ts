import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { NotebookReport, NotebookRunRequest } from '../../core/notebook-run.ts';
import { readNotebookFile } from './notebook-file.ts';
import { type NotebookOptions, notebookOutput, notebookSettings, notebookSource } from './notebook-request.ts';
import { type CellListener, runNotebook } from './run-notebook.ts';

/** What `notebook run` and `run -f x.ipynb` do with one notebook. Throws what `runNotebook` and fetching from Drive throw. */
export async function runNotebookCommand(
  notebook: string,
  options: NotebookOptions,
  context: CommandContext,
  onCell: CellListener | null = null,
): Promise<NotebookReport> {
  const settings = await notebookSettings(options, context);
  const source = await notebookSource(notebook, options.consent, context);
  const output = await notebookOutput(source, options, context);
  const report = await runNotebook({ ...settings, source, output }, context, onCell);
  if (options.inPlace && source.kind === 'drive') await sendBack({ ...settings, source, output }, options, context);
  return report;
}

/** Drive gets what was done, also when the run failed: the same as on a disk. */
async function sendBack(
  { source, output }: NotebookRunRequest,
  { consent }: NotebookOptions,
  context: CommandContext,
): Promise<void> {
  if (source.kind !== 'drive') return;
  const { useDrive } = await import('./use-drive.ts');
  const text = await readNotebookFile(output);
  if (text === null) throw new Failure('fileNotFound', `\`${output}\` is gone, so Drive keeps what it had`);
  // After Ctrl-C what was done until then is still worth sending; another one leaves at once.
  const { signal } = new AbortController();
  await useDrive(consent, { ...context, signal }, async drive =>
    drive.replace(await drive.describe(source.id, signal), Buffer.from(text), signal),
  );
  await context.report({ type: 'note', text: `\`${source.name}\` in Drive has the results` });
}
