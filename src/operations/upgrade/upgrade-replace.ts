import { chmod, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';

export interface NewProgram {
  /** The program that is there, and runs just now. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly version: string;
}

type ReplaceHost = Pick<Host, 'platform' | 'processes' | 'uuid'>;

/**
 * Puts the new program in the old one's place as a whole, once it has said its version itself. Until then, and after
 * any failure, the old one is there. Throws `permissionDenied`, `ioError`, or `transferFailed` for one that does not run here.
 */
export async function replaceProgram({ path, bytes, version }: NewProgram, host: ReplaceHost): Promise<void> {
  const ending = host.platform === 'win32' ? '.exe' : '';
  const next = join(dirname(path), `.lecoder-cgpu-${host.uuid()}${ending}`);
  try {
    const { mode } = await stat(path);
    const file = await open(next, 'wx', 0o700);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(next, mode & 0o777);
    await mustSay(next, version, host);
    if (host.platform === 'win32') await swapAside(next, path);
    else await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw unwritable(path, error);
  }
}

async function mustSay(program: string, version: string, { processes }: ReplaceHost): Promise<void> {
  const { status, stdout, stderr, error } = await processes.run(program, ['--version']);
  if (status === 0 && stdout.trim() === version) return;
  const details = error?.message ?? stderr.trim();
  throw new Failure('transferFailed', `the program of version ${version} does not run on this machine`, {
    retryable: false,
    ...(details === '' ? {} : { details }),
  });
}

/** Windows lets a running program be renamed but not replaced. The old one goes with the next upgrade. */
async function swapAside(next: string, path: string): Promise<void> {
  const old = `${path}.old`;
  await rm(old, { force: true }).catch(() => {}); // still running somewhere: the rename says so
  await rename(path, old);
  try {
    await rename(next, path);
  } catch (error) {
    await rename(old, path);
    throw error;
  }
  await rm(old, { force: true }).catch(() => {});
}

function unwritable(path: string, error: unknown): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Failure('permissionDenied', `\`${path}\` cannot be replaced by this user`, {
        cause: error,
        hints: ['run `lecoder-cgpu upgrade` as the user who installed it'],
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure('ioError', `no space left beside \`${path}\``, { cause: error });
    default:
      return error;
  }
}
