import { chmod, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../core/failure.ts';

/**
 * Puts a file of the user's in place as a whole; one that is there keeps its mode until then and after, unless `mode` says
 * which it is to have from the first byte on. Throws `fileNotFound` for a folder that is missing, `permissionDenied`, `ioError`.
 */
export async function saveFile(
  path: string,
  bytes: Uint8Array,
  unique: string,
  mode: number | null = null,
): Promise<void> {
  const part = join(dirname(path), `.${basename(path).slice(0, 60)}.${unique}.tmp`);
  try {
    const before = mode === null ? await stat(path).catch(() => null) : null;
    const file = await open(part, 'wx', mode ?? (before === null ? 0o666 : 0o600));
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (before !== null) await chmod(part, before.mode & 0o777);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Failure('fileNotFound', `there is no folder \`${dirname(path)}\``, { cause: error });
    case 'EISDIR':
      return new Failure('usage', `\`${path}\` is a folder`, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Failure('permissionDenied', `cannot write \`${path}\``, { cause: error });
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure('ioError', `no space left to write \`${path}\``, { cause: error });
    default:
      return error;
  }
}
