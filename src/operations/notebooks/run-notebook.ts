import { relative } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { NotebookDocument } from '../../core/notebook-document.ts';
import type { NotebookReport, NotebookRunRequest, NotebookSource } from '../../core/notebook-run.ts';
import type { RunReport } from '../../core/run-report.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { injectParameters, takesParameters } from '../../notebook/inject-parameters.ts';
import { parametersObject } from '../../notebook/parameters.ts';
import { readNotebook } from '../../notebook/read-notebook.ts';
import { planRun, type RunPlan } from '../../notebook/run-plan.ts';
import { type RunRecord, recordIn } from '../../notebook/run-record.ts';
import { durationText } from '../../util/time.ts';
import { Mask } from '../run/mask.ts';
import { startReceipt } from '../run/receipt.ts';
import { failureEvent } from '../run/run-remote.ts';
import { ensureSession, sessionInUse } from '../sessions/ensure-session.ts';
import { holdOpen } from '../sessions/hold-open.ts';
import { type CellsEnd, NotebookCells, saveOnce } from './notebook-cells.ts';
import { readNotebookFile } from './notebook-file.ts';
import { type NotebookKernel, openNotebookKernel, reopenNotebookKernel } from './notebook-kernel.ts';
import { alone } from './notebook-output.ts';
import { notebookReport } from './notebook-report.ts';
import { NotebookState } from './notebook-state.ts';

/** Takes the run object of each cell when it has ended. */
export type CellListener = (run: RunReport) => void;

interface Parts {
  readonly request: NotebookRunRequest;
  readonly name: string;
  readonly context: CommandContext;
  readonly plan: RunPlan;
  /** Of the output of an earlier run. */
  readonly record: RunRecord | null;
  readonly mask: Mask;
  readonly onCell: CellListener | null;
}

/**
 * Runs the cells of a notebook in order and saves it after each. What ends the run, also before its first cell, stands in the
 * report. Throws `usage` for what is no notebook or cannot be done with it, `fileNotFound` and `permissionDenied` for the files.
 * Several may run side by side; `usage` also when another one is writing the same output.
 */
export function runNotebook(
  request: NotebookRunRequest,
  context: CommandContext,
  onCell: CellListener | null = null,
): Promise<NotebookReport> {
  return alone(request.output, context, () => runToEnd(request, context, onCell));
}

async function runToEnd(
  request: NotebookRunRequest,
  context: CommandContext,
  onCell: CellListener | null,
): Promise<NotebookReport> {
  const { host } = context.services;
  const started = host.monotonic();
  const name = nameOf(request.source, context.services);
  const source = readNotebook(await sourceText(request.source, name), name);
  const former = await formerRun(request, name);
  const record = former === null ? null : recordIn(former);
  if (request.start.kind === 'resume' && record === null)
    throw nothingToResume(fileName(request.output, context.services));
  if (request.parameters.size > 0) await checkParameters(source, name, context);
  const wish = { start: request.start, only: request.only };
  const plan = planRun(injectParameters(source, request.parameters), former, wish);
  const mask = new Mask(request.secrets.values());
  const parts = { request, name, context, plan, record, mask, onCell };
  const state = new NotebookState(plan, mask, record);
  const { session, end, ownKernel } = await runAll(parts, state);
  const duration = Math.round(host.monotonic() - started);
  const report = notebookReport({ request, state, end, session, duration });
  context.services.log.write('info', 'kernel', 'notebook ended', {
    session: session?.name ?? null,
    status: report.status,
    code: report.error?.code ?? 0,
    ...report.counts,
    duration,
  });
  await tellEnd(report, { total: state.total, resumable: end.kernelLost !== true && !ownKernel }, context);
  return mask.deep({ ...report, parameters: parametersObject(request.parameters) });
}

interface Outcome {
  readonly session: Session | null;
  readonly end: CellsEnd;
  readonly ownKernel: boolean;
}

async function runAll(parts: Parts, state: NotebookState): Promise<Outcome> {
  const { request, plan, context, mask } = parts;
  const { services, report, signal } = context;
  if (plan.run.length === 0) return { session: null, end: await nothingToRun(parts, state), ownKernel: false };
  let session: Session | null = null;
  let kernel: NotebookKernel | null = null;
  let end: CellsEnd;
  let letGo = () => {};
  try {
    session = await sessionFor(parts);
    letGo = session === null ? letGo : holdOpen(session, services, report, signal);
    const receipt = request.receipt && session ? startReceipt(session, services, signal) : null;
    kernel = await kernelFor(parts, session);
    await tellStart(parts);
    session = kernel.live.session;
    end = await new NotebookCells({ ...parts, kernel, state }).run();
    await receipt?.print(report);
  } catch (error) {
    if (!(error instanceof Failure) || isFailure(error, 'usage')) throw error;
    await report(mask.deep(failureEvent(error, error)));
    end = { failure: error, place: null };
  } finally {
    letGo();
    await kernel?.close();
  }
  return { session, end, ownKernel: kernel?.own ?? request.kernel === 'new' };
}

async function tellStart({ plan, context }: Parts): Promise<void> {
  const [first = 0] = plan.run;
  if (plan.kept.length === 0) return;
  const text = `what ran well before cell ${first + 1} is kept; going on there in the same kernel`;
  await context.report({ type: 'note', text });
}

/** Where the run ended, and where what it gave is. */
async function tellEnd(
  { cells, counts, failed, output, duration }: Omit<NotebookReport, 'parameters'>,
  { total, resumable }: { readonly total: number; readonly resumable: boolean },
  { services, report }: CommandContext,
): Promise<void> {
  if (counts.ran === 0 && failed === null) return;
  const place = fileName(output, services);
  if (failed !== null) {
    const onward = resumable ? ', and `--resume` goes on there' : '';
    const named = failed.name === '' ? '' : ` (\`${failed.name}\`)`;
    const text = `stopped at cell ${failed.cell} of ${total}${named}; what was done so far is in \`${place}\`${onward}`;
    return void (await report({ type: 'note', text }));
  }
  const left = cells.filter(cell => cell.status === 'pending').length;
  const early = left === 0 ? '' : `, and the last of them ended the run with ${left} left`;
  const some = counts.failed === 0 ? '' : `, ${counts.failed} of them failed`;
  const text = `${counts.ran} ${counts.ran === 1 ? 'cell' : 'cells'} in ${durationText(duration)}${some}${early}; saved as \`${place}\``;
  await report({ type: 'note', text });
}

/** To go on with a run means its machine and nothing new. */
async function sessionFor({ request, context }: Parts): Promise<Session | null> {
  const { services, report, signal } = context;
  if (request.start.kind === 'resume') return sessionInUse(services);
  return ensureSession({ runtime: request.runtime, name: null }, services, report, signal);
}

async function kernelFor({ request, record, context }: Parts, session: Session | null): Promise<NotebookKernel> {
  const { services } = context;
  if (request.start.kind === 'resume' && record !== null)
    return reopenNotebookKernel(record, session, services, context);
  if (session === null) throw new Failure('unknown', 'there is no session to run the notebook in');
  return openNotebookKernel(request, session, services, context);
}

/** What a run before has left stays as it is. */
async function nothingToRun({ plan, request, context }: Parts, state: NotebookState): Promise<CellsEnd> {
  if (plan.kept.length === 0) await saveOnce(request, state, context.services);
  const text = plan.kept.length > 0 ? 'all cells ran well before: nothing is left to run' : 'no cell is there to run';
  await context.report({ type: 'note', text });
  return { failure: null, place: null };
}

/** As it was named: a path is given from the folder one is in, where that is shorter. */
function nameOf(source: NotebookSource, services: Services): string {
  if (source.kind === 'drive') return source.name;
  return fileName(source.path, services);
}

function fileName(path: string, { host }: Services): string {
  const near = relative(host.folders.work, path);
  return near.startsWith('..') ? path : near;
}

async function sourceText(source: NotebookSource, name: string): Promise<string> {
  if (source.kind === 'drive') return source.text;
  const text = await readNotebookFile(source.path);
  if (text === null) throw new Failure('fileNotFound', `there is no file \`${name}\``);
  return text;
}

/** The output of the run before; a file there that is no notebook is only in the way of going on with it. */
async function formerRun({ output, start, only }: NotebookRunRequest, name: string): Promise<NotebookDocument | null> {
  if (start.kind === 'beginning' && only === null) return null;
  const text = await readNotebookFile(output);
  if (text === null) return null;
  return readNotebook(text, start.kind === 'resume' ? output : name);
}

function nothingToResume(output: string): Failure {
  return new Failure('usage', `there is nothing to resume: \`${output}\` is not there, or no run has left it`, {
    hints: ['leave out `--resume` to run the notebook from its beginning'],
  });
}

async function checkParameters(source: NotebookDocument, name: string, { report }: CommandContext): Promise<void> {
  const language = languageOf(source);
  if (language !== null && !/^i?python3?$/i.test(language))
    throw new Failure('usage', `\`${name}\` is written in ${language}; parameters are for Python`);
  if (takesParameters(source)) return;
  const hint = 'tag the cell with the defaults `parameters`';
  await report({ type: 'warning', text: 'no cell has the tag `parameters`: they are set on top', hint });
}

function languageOf({ metadata }: NotebookDocument): string | null {
  const { kernelspec, language_info } = metadata as Record<string, Record<string, unknown> | undefined>;
  const language = language_info?.name ?? kernelspec?.language;
  return typeof language === 'string' ? language : null;
}
