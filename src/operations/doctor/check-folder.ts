import { accessSync, constants, rmSync, type Stats, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure, type FailureKind } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import { bytesText } from '../../util/bytes-text.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/** Bytes of free disk: fewer and writing fails soon, or has failed. */
const LITTLE = 100 * 1024 * 1024;
const NONE = 1024 * 1024;
const ELSEWHERE = 'or set `LECODER_CONFIG_DIR` to a folder you can write to';

export interface FolderFacts {
  readonly path: string;
  /** What stands there: nothing yet is fine. */
  readonly kind: 'folder' | 'other' | null;
  /** In octal digits; null where modes mean nothing. */
  readonly mode: string | null;
  readonly owner: number | null;
  readonly user: number | null;
  /** For one that is not there: whether it can be made. */
  readonly writable: boolean;
  readonly freeBytes: number | null;
}

/** The folder of settings and state: whose it is, who may read it, whether it can be written to, and free disk. */
export async function checkFolder({ host, paths }: Services): Promise<Finding> {
  const folder = dirname(paths.config);
  const { user } = await host.system();
  const there = statOf(folder);
  const near = there === null ? nearest(folder) : folder;
  return judgeFolder({
    path: folder,
    kind: there === null ? null : there.isDirectory() ? 'folder' : 'other',
    mode: there === null || user === null ? null : modeText(there.mode),
    owner: there?.uid ?? null,
    user,
    writable: isWritable(near, there !== null),
    freeBytes: freeBytes(near),
  });
}

export function judgeFolder(measured: FolderFacts): Finding {
  const { path, kind, mode, freeBytes: free } = measured;
  const facts = { ...measured };
  const sick = failureOf(measured);
  if (sick !== null) return failed(sick, facts);
  if (mode !== null && !mode.endsWith('00'))
    return warning(`other users may look into \`${path}\``, [`\`chmod 700 '${path}'\``], facts);
  const room = free === null ? '' : `, ${bytesText(free)} free`;
  if (free !== null && free < LITTLE)
    return warning(`only ${bytesText(free)} are left for \`${path}\``, ["make room on this machine's disk"], facts);
  return ok(kind === null ? `\`${path}\` will be made${room}` : `\`${path}\` is private and writable${room}`, facts);
}

function failureOf({ path, kind, owner, user, writable, freeBytes: free }: FolderFacts): Failure | null {
  const fail = (kind: FailureKind, message: string, ...hints: string[]) => new Failure(kind, message, { hints });
  if (kind === 'other') return fail('permissionDenied', `\`${path}\` is not a folder`, 'move it away', ELSEWHERE);
  // root may do as it likes
  if (kind !== null && user !== null && user !== 0 && owner !== user)
    return fail(
      'permissionDenied',
      `\`${path}\` belongs to another user`,
      `\`sudo chown -R "$(id -u)" '${path}'\``,
      ELSEWHERE,
    );
  if (free !== null && free < NONE)
    return fail('ioError', `no space is left for \`${path}\``, "make room on this machine's disk", ELSEWHERE);
  if (!writable)
    return fail(
      'permissionDenied',
      `\`${path}\` cannot be ${kind === null ? 'made' : 'written to'}`,
      'check its owner and mode, and those of the folder above',
      ELSEWHERE,
    );
  return null;
}

export function modeText(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, '0')}`;
}

export function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null; // not there, or behind a folder that is closed to us
  }
}

function nearest(folder: string): string {
  for (let at = folder; ; at = dirname(at)) if (statOf(at) !== null || dirname(at) === at) return at;
}

/** By writing, where the folder is there: modes do not tell of file systems that are read-only. */
function isWritable(folder: string, probe: boolean): boolean {
  const file = join(folder, `.doctor-${Math.random().toString(36).slice(2)}.tmp`);
  try {
    if (!probe) accessSync(folder, constants.W_OK);
    else writeFileSync(file, 'x', { mode: 0o600, flag: 'wx' });
    return true;
  } catch {
    return false;
  } finally {
    if (probe) rmSync(file, { force: true });
  }
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
