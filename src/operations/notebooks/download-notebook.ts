import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import type { DriveNotebook } from '../../core/drive.ts';
import { Failure } from '../../core/failure.ts';
import { stdoutSink } from '../files/pull-files.ts';
import { saveFile } from '../files/save-file.ts';
import { driveId } from './notebook-address.ts';
import { useDrive } from './use-drive.ts';

export interface DownloadOrder {
  /** Id or address. */
  readonly notebook: string;
  /** File or folder; `-` is standard output, null the folder one is in. */
  readonly target: string | null;
  /** Replace a file that is there. */
  readonly force: boolean;
  readonly consent: boolean;
}

export interface DownloadedNotebook extends DriveNotebook {
  /** Whole; `-` for standard output, null after a no. */
  readonly path: string | null;
  readonly bytes: number;
}

/** Fetches a notebook from Drive, byte for byte. Throws `usage`, also for a file that is there, and what `useDrive` throws. */
export async function downloadNotebook(order: DownloadOrder, context: CommandContext): Promise<DownloadedNotebook> {
  const { services, signal } = context;
  const { host, flags } = services;
  const id = driveId(order.notebook);
  if (order.target === '-' && (flags.json || flags.jsonLines))
    throw new Failure('usage', 'with `--json` standard output is taken', { hints: ['name a local file'] });
  return useDrive(order.consent, context, async drive => {
    const notebook = await drive.describe(id, signal);
    const path = order.target === '-' ? '-' : await placeFor(notebook, order, context);
    if (path === null) return { ...notebook, path, bytes: 0 };
    const content = await drive.content(id, signal);
    if (path === '-') await stdoutSink(host)(content);
    else await saveFile(path, content, host.uuid());
    return { ...notebook, path, bytes: content.byteLength };
  });
}

/** The notebook itself with its content, for what works on it here. Throws what `useDrive` throws. */
export function fetchNotebook(
  id: string,
  consent: boolean,
  context: CommandContext,
): Promise<{ readonly notebook: DriveNotebook; readonly content: Uint8Array }> {
  return useDrive(consent, context, async drive => {
    const notebook = await drive.describe(id, context.signal);
    return { notebook, content: await drive.content(id, context.signal) };
  });
}

async function placeFor(
  { name }: DriveNotebook,
  order: DownloadOrder,
  context: CommandContext,
): Promise<string | null> {
  const { host } = context.services;
  const wanted = resolve(host.folders.work, order.target ?? '.');
  const path = (await isFolder(wanted)) ? join(wanted, fileName(name, host.platform)) : wanted;
  return order.force || !(await isThere(path)) || (await mayReplace(path, context)) ? path : null;
}

async function mayReplace(path: string, { services: { host, flags }, signal }: CommandContext): Promise<boolean> {
  if (!host.stdin.isTerminal || !flags.input)
    throw new Failure('usage', `\`${path}\` is there already`, { hints: ['`--force` replaces it'] });
  const said = await host.stdin.readLine(`Replace ${JSON.stringify(path)}? [y/N] `, { hidden: false, signal });
  return /^y(es)?$/i.test(said?.trim() ?? '');
}

/** A name of Drive's, which may have anything in it, as the name of one file here. */
export function fileName(name: string, platform: NodeJS.Platform): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is replaced
  const forbidden = platform === 'win32' ? /[\u0000-\u001f\u007f/\\<>:"|?*]/g : /[\u0000-\u001f\u007f/\\]/g;
  const stem = name
    .replace(/\.ipynb$/i, '')
    .replace(forbidden, '_')
    .trim();
  let short = '';
  for (const character of stem) {
    if (Buffer.byteLength(short + character) > 200) break; // file systems take 255 bytes
    short += character;
  }
  // Windows opens devices under these names, whatever comes after the first dot.
  const device = platform === 'win32' && /^(con|prn|aux|nul|com\d|lpt\d)\s*(\..*)?$/i.test(short);
  return `${device ? '_' : ''}${/^\.*$/.test(short) ? 'notebook' : short}.ipynb`;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
