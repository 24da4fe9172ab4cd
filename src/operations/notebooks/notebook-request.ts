import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { NotebookRunRequest, NotebookSource, NotebookStart } from '../../core/notebook-run.ts';
import { readSecrets } from '../run/read-secrets.ts';
import { readEnv } from '../run/run-env.ts';
import { type MachineInput, machineWish } from '../sessions/machine-wish.ts';
import { notebookAddress } from './notebook-address.ts';

/** What the command line says of how a notebook is to run. */
export interface NotebookOptions extends MachineInput {
  readonly param: readonly string[];
  readonly params: string | null;
  readonly output: string | null;
  readonly inPlace: boolean;
  readonly newKernel: boolean;
  readonly resume: boolean;
  readonly from?: number | undefined;
  readonly only: string | null;
  /** Seconds; 0 and none are no limit. */
  readonly timeout?: number | undefined;
  readonly totalTimeout?: number | undefined;
  readonly allowErrors: boolean;
  readonly env: readonly string[];
  readonly envFile: string | null;
  readonly secret: readonly string[];
  readonly outputDir: string | null;
  readonly receipt: boolean;
  /** Ask Google for Drive without a question first. */
  readonly consent: boolean;
}

/** Everything that does not depend on the notebook, read once however many there are. */
export type NotebookSettings = Omit<NotebookRunRequest, 'source' | 'output'>;

/** Throws `usage` and `fileNotFound` for what cannot be meant. */
export async function notebookSettings(options: NotebookOptions, context: CommandContext): Promise<NotebookSettings> {
  const { host } = context.services;
  const start = startOf(options);
  if (start.kind === 'resume' && (options.newKernel || options.newRuntime))
    throw new Failure('usage', '`--resume` goes on in the kernel of the last run, so there can be no new one');
  return {
    runtime: machineWish(options),
    kernel: options.newKernel ? 'new' : 'session',
    parameters: await parametersOf(options, context),
    env: await readEnv(options.env, options.envFile, host),
    secrets: await readSecrets(options.secret, host),
    cellTimeout: milliseconds(options.timeout),
    totalTimeout: milliseconds(options.totalTimeout),
    allowErrors: options.allowErrors,
    start,
    only: options.only,
    outputDir: options.outputDir,
    receipt: options.receipt,
  };
}

/** A file, or a notebook fetched from Drive. Throws what fetching throws. */
export async function notebookSource(word: string, consent: boolean, context: CommandContext): Promise<NotebookSource> {
  const { work } = context.services.host.folders;
  const address = notebookAddress(word, path => existsSync(resolve(work, path)));
  if (address.kind === 'file') return { kind: 'file', path: resolve(work, address.path) };
  const { fetchNotebook } = await import('./download-notebook.ts');
  const { notebook, content } = await fetchNotebook(address.id, consent, context);
  return { kind: 'drive', id: notebook.id, name: notebook.name, text: Buffer.from(content).toString('utf8') };
}

/** Where the result is written: beside the source, a notebook of Drive in the folder one is in. */
export async function notebookOutput(
  source: NotebookSource,
  { output, inPlace }: Pick<NotebookOptions, 'output' | 'inPlace'>,
  { services: { host } }: CommandContext,
): Promise<string> {
  if (output !== null) return resolve(host.folders.work, output);
  if (source.kind === 'file') return inPlace ? source.path : outputBeside(source.path);
  const { fileName } = await import('./download-notebook.ts');
  return outputBeside(join(host.folders.work, fileName(source.name, host.platform)));
}

function outputBeside(path: string): string {
  return join(dirname(path), `${basename(path).replace(/\.ipynb$/i, '')}.out.ipynb`);
}

async function parametersOf({ param, params }: NotebookOptions, { services }: CommandContext) {
  if (params === null && param.length === 0) return new Map<string, unknown>();
  const { parseParameter } = await import('../../notebook/parameters.ts');
  const fromFile = params === null ? [] : await parametersInFile(params, services.host.folders.work);
  return new Map([...fromFile, ...param.map(parseParameter)]);
}

async function parametersInFile(file: string, work: string): Promise<ReadonlyMap<string, unknown>> {
  const { parseParameterFile } = await import('../../notebook/parameter-file.ts');
  return parseParameterFile(await parameterText(file, work), file);
}

async function parameterText(file: string, work: string): Promise<string> {
  try {
    return await readFile(resolve(work, file), 'utf8');
  } catch (error) {
    throw new Failure('fileNotFound', `cannot read the parameters file \`${file}\``, { cause: error });
  }
}

function startOf({ resume, from }: NotebookOptions): NotebookStart {
  if (resume) return { kind: 'resume' };
  return from === undefined ? { kind: 'beginning' } : { kind: 'from', cell: from };
}

function milliseconds(seconds: number | undefined): number | null {
  return seconds === undefined || seconds === 0 ? null : seconds * 1000;
}
