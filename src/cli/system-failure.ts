import { Failure, type FailureKind } from '../core/failure.ts';

/** What the machine refuses, by the code of the system call. */
const CAUSES: Readonly<Record<string, { readonly kind: FailureKind; readonly text: string }>> = {
  ENOSPC: { kind: 'ioError', text: 'no space left to write' },
  EDQUOT: { kind: 'ioError', text: 'no space left to write' },
  EFBIG: { kind: 'ioError', text: 'no space left to write' },
  EROFS: { kind: 'permissionDenied', text: 'not allowed on a file system that cannot be written:' },
  EACCES: { kind: 'permissionDenied', text: 'not allowed:' },
  EPERM: { kind: 'permissionDenied', text: 'not allowed:' },
  ENOTDIR: { kind: 'ioError', text: 'a file is where a folder has to be:' },
  EISDIR: { kind: 'ioError', text: 'a folder is where a file has to be:' },
  ELOOP: { kind: 'ioError', text: 'links lead round in a circle:' },
  ENAMETOOLONG: { kind: 'ioError', text: 'a name is too long:' },
  EBUSY: { kind: 'ioError', text: 'in use by the system or another program:' },
  EMFILE: { kind: 'ioError', text: 'too many files are open:' },
  ENFILE: { kind: 'ioError', text: 'too many files are open:' },
};

/** A failure for what this machine's files and folders refused, which nobody looked after on the way; null for anything else. */
export function systemFailure(error: unknown): Failure | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  const cause = Object.hasOwn(CAUSES, String(error.code)) ? CAUSES[String(error.code)] : undefined;
  if (cause === undefined) return null;
  const path = 'path' in error && typeof error.path === 'string' ? ` \`${error.path}\`` : '';
  return new Failure(cause.kind, `${cause.text}${path}`.replace(/:$/, ''), { cause: error, details: error.message });
}
