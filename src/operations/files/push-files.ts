import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { Transfer, TransferWish } from '../../core/files.ts';
import { withFiles } from './open-files.ts';

export interface PushOrder extends TransferWish {
  /** What to send; the last of several is the place, unless `to` says it. `-` is standard input. */
  readonly words: readonly string[];
  readonly to: string | null;
}

/** Sends files and folders to the runtime. Throws `usage`, and what `RemoteFiles.push` throws. */
export async function pushFiles(order: PushOrder, context: CommandContext): Promise<Transfer> {
  const { resume, verify } = order;
  const { host } = context.services;
  const { sources, target } = split(order, host.folders.work);
  const input = sources.includes('-');
  if (input && (sources.length > 1 || target === null || target === '' || target.endsWith('/')))
    throw new Failure('usage', 'standard input has no name of its own', {
      hints: ['name the remote file: `lecoder-cgpu upload - results/log.txt`'],
    });
  const paths = input ? [] : sources.map(source => localPath(source, host.folders.work));
  for (const [index, path] of paths.entries()) if (!existsSync(path)) throw missing(sources[index] ?? path);
  const stream = input ? { stream: host.stdin.chunks(context.signal) } : {};
  return withFiles(context, { connect: true }, files =>
    files.push({ sources: paths, target, resume, verify, ...stream }, context.report, context.signal),
  );
}

function split({ words, to }: PushOrder, folder: string): { sources: readonly string[]; target: string | null } {
  if (words.some(word => word === '')) throw new Failure('usage', 'the name of a file is empty');
  const last = words.at(-1);
  if (to !== null || words.length < 2 || last === undefined) return { sources: words, target: to };
  // `upload *.csv` would make a folder of the last one's name: hardly what is meant.
  if (words.length > 2 && !last.endsWith('/') && isFile(resolve(folder, last)))
    throw new Failure('usage', `the last word is the remote folder, but \`${last}\` is a file here`, {
      hints: ['say where to: `lecoder-cgpu upload … --to <remote>`, with `--to .` for where commands start'],
    });
  return { sources: words.slice(0, -1), target: last };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** The whole path, its end as it was typed: `folder/.` is not `folder`. */
export function localPath(word: string, folder: string): string {
  const path = resolve(folder, word);
  const end = /(^|[\\/])(\.\.?)?[\\/]?$/.exec(word)?.[0] ?? '';
  if (/\.\.?[\\/]?$/.test(end)) return `${path.replace(/[\\/]$/, '')}/.`;
  return end === '' ? path : `${path}/`;
}

function missing(word: string): Failure {
  return new Failure('fileNotFound', `on this machine, \`${word}\`: no such file or folder`);
}
