import { Failure, type FailureKind } from '../../core/failure.ts';

/** How the remote half tells of an error. */
export interface RemoteFailure {
  readonly name: string;
  readonly message: string;
  readonly path?: string | null;
  readonly errno?: number | null;
  readonly kind?: FailureKind;
}

/** Numbers of Linux, where runtimes live; the codes of Node mean the same. */
const ERRNO: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  13: 'EACCES',
  17: 'EEXIST',
  20: 'ENOTDIR',
  21: 'EISDIR',
  27: 'EFBIG',
  28: 'ENOSPC',
  30: 'EROFS',
  36: 'ENAMETOOLONG',
  39: 'ENOTEMPTY',
  122: 'EDQUOT',
};

const KINDS: Readonly<Record<string, FailureKind>> = {
  ENOENT: 'fileNotFound',
  EPERM: 'permissionDenied',
  EACCES: 'permissionDenied',
  EROFS: 'permissionDenied',
  ENOSPC: 'fileTooLarge',
  EDQUOT: 'fileTooLarge',
  EFBIG: 'fileTooLarge',
};

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EPERM: 'not allowed',
  EACCES: 'not allowed',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file system takes no file of that size',
  EISDIR: 'is a folder',
  ENOTDIR: 'is not a folder',
  EEXIST: 'is there already',
  ENOTEMPTY: 'is not empty',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
};

/** An error of the runtime, in a sentence that says so. */
export function remoteFailure({ name, message, path, errno, kind }: RemoteFailure): Failure {
  const code = ERRNO[errno ?? -1] ?? '';
  const text = WORDS[code] ?? `${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  const advice = kind === undefined ? adviceFor(code) : {};
  return new Failure(kind ?? KINDS[code] ?? 'transferFailed', sentence('runtime', path ?? null, text), {
    name,
    ...advice,
  });
}

/** Trying again does not help where something is in the way. */
function adviceFor(code: string): { readonly retryable?: false; readonly hints?: readonly string[] } {
  return code in KINDS || !(code in WORDS) ? { retryable: false } : { retryable: false, hints: [] };
}

/** An error of the file system of this machine, about `path` where it is about what has arrived of that so far. */
export function localFailure(error: unknown, path: string): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const { code, path: own } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const shown = own === undefined || own.endsWith('.lecoder-part') ? path : own;
  const facts = { name: code, cause: error, ...adviceFor(code) };
  return new Failure(KINDS[code] ?? 'transferFailed', sentence('machine', shown, WORDS[code] ?? code), facts);
}

export function sentence(side: 'runtime' | 'machine', path: string | null, text: string): string {
  return `on ${side === 'runtime' ? 'the runtime' : 'this machine'}${path === null ? '' : `, \`${path}\``}: ${text}`;
}
