import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../core/failure.ts';

/** Takes a sentence for people about something we had to do. */
export type Warn = (text: string) => void;

/** Error code of a failed system call (`ENOENT`), or null for any other error. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Makes a folder that only its owner can read, with all above it. What exists keeps its mode. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** The file's text, or null when there is none. Throws what `readFileSync` throws for anything else. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Removes a file; false when there is none. */
export function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw unwritable(path, error);
  }
}

/**
 * Puts a file in place as a whole: readers see the old one or the new one, also after a crash or a power cut.
 * Mode 0600 from the first byte on; missing folders are made with 0700.
 */
export function writeAtomic(path: string, data: string | Uint8Array): void {
  const temporary = temporaryName(path);
  try {
    const file = openNew(temporary);
    try {
      writeAll(file, typeof data === 'string' ? Buffer.from(data) : data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameOver(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(path, error);
  }
}

/** Creates a file of mode 0600 as a whole unless there is one; of several processes one wins and all may read it. */
export function createOnce(path: string, text: () => string): void {
  if (existsSync(path)) return;
  const temporary = temporaryName(path);
  try {
    const file = openNew(temporary);
    try {
      writeAll(file, Buffer.from(text()));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkOrCopy(temporary, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw unwritable(path, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** File systems without hard links get a copy, which is not atomic but no less exclusive. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}

/**
 * Renames a file that cannot be used to `<name>.damaged-<time>`, readable for its owner alone (it may be a stranger's
 * file with secrets in it). Null when somebody else has moved it already.
 */
export function moveAside(path: string, now: Date): string | null {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('.', '');
  const aside = `${path}.damaged-${stamp}`;
  try {
    renameSync(path, aside);
    try {
      chmodSync(aside, 0o600);
    } catch {
      // somebody else's file: it keeps its mode
    }
    return aside;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw unwritable(path, error);
  }
}

/** Windows refuses for a moment while another process has the target open; it is worth a few tries. */
function renameOver(from: string, to: string): void {
  for (let tries = 5; ; tries--) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const code = errorCode(error) ?? '';
      if (tries === 0 || !['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** A name beside `path` that no other process takes. */
export function temporaryName(path: string): string {
  const unique = Math.random().toString(36).slice(2, 12);
  return `${path}.${Date.now().toString(36)}${unique}.tmp`;
}

/** Creates a file that was not there, 0600; makes the folder when it is missing. */
export function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    makeFolder(dirname(path));
    return openSync(path, 'wx', 0o600);
  }
}

export function writeAll(file: number, data: Uint8Array): void {
  for (let sent = 0; sent < data.length; ) sent += writeSync(file, data, sent);
}

/** True when a disk, a quota or the size that a file may have is used up. */
export function isNoSpace(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errorCode(error) ?? '');
}

/** A sentence for the causes a user can mend; anything else stays what it is. */
export function unwritable(path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (isNoSpace(error)) {
    return new Failure('ioError', `no space left to write \`${path}\``, {
      cause: error,
      hints: ["make room on this machine's disk"],
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const hints = ["check the folder's owner and mode, or set `LECODER_CONFIG_DIR` to a folder you can write to"];
    return new Failure('permissionDenied', `cannot write \`${path}\``, { cause: error, hints });
  }
  if (code === 'ENOTDIR' || code === 'EISDIR' || (code === 'EEXIST' && isMkdir(error))) {
    return new Failure(
      'ioError',
      `cannot write \`${path}\`: ${code === 'EISDIR' ? 'a folder is there' : 'a file is where a folder has to be'}`,
      {
        cause: error,
        hints: ['move it away, or set `LECODER_CONFIG_DIR` to another folder'],
      },
    );
  }
  return error;
}

function isMkdir(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'mkdir';
}
