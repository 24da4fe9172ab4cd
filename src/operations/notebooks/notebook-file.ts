import { closeSync, fchmodSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { open, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';

/** The text of a notebook file; null when there is none. Throws `permissionDenied`, and `fileNotFound` for a folder. */
export async function readNotebookFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EISDIR')
      throw new Failure('fileNotFound', `\`${path}\` is a folder, not a notebook`, { cause: error });
    throw new Failure('permissionDenied', `cannot read \`${path}\``, { details: String(error), cause: error });
  }
}

/** Bytes. */
const SMALL = 1_000_000;

interface Place {
  readonly path: string;
  /** Of the file that is there already. */
  readonly mode: number | null;
}

/** A notebook on disk that is written again and again, each time as a whole: there is never half of one. */
export class NotebookFile {
  readonly #path: string;
  readonly #host: Host;
  #place: Place | null = null;

  constructor(path: string, host: Host) {
    this.#path = path;
    this.#host = host;
  }

  /** `safely`: also against a power cut, for some milliseconds more. Throws `permissionDenied`, `fileNotFound`, `ioError`. */
  async write(pieces: readonly Uint8Array[], safely: boolean): Promise<void> {
    try {
      this.#place ??= await this.#find();
      const { path, mode } = this.#place;
      const temporary = `${stemFor(path)}${this.#host.pid}-${this.#host.uuid().slice(0, 8)}.tmp`;
      try {
        await writeNew(temporary, pieces, { mode, safely });
        renameSync(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }

  /** Where a link leads to, so that it stays one. */
  async #find(): Promise<Place> {
    const path = await realpath(this.#path).catch(() => this.#path);
    await this.#sweep(path);
    const mode = await stat(path).then(
      found => found.mode & 0o777,
      () => null,
    );
    return { path, mode };
  }

  /** Takes away what a run that was killed in the middle of writing left. */
  async #sweep(path: string): Promise<void> {
    const stem = basename(stemFor(path));
    for (const name of await readdir(dirname(path))) {
      const pid = name.startsWith(stem)
        ? Number(/^(\d+)-[\da-f]+\.tmp$/.exec(name.slice(stem.length))?.[1])
        : Number.NaN;
      if (Number.isNaN(pid) || pid === this.#host.pid || this.#host.processes.isAlive(pid)) continue;
      await rm(join(dirname(path), name), { force: true });
    }
  }
}

/** Hidden, beside the notebook: renaming works only within a file system. */
function stemFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.`);
}

/** Small files are written at once: handing each step to another thread takes longer than the step. */
async function writeNew(
  path: string,
  pieces: readonly Uint8Array[],
  { mode, safely }: { readonly mode: number | null; readonly safely: boolean },
): Promise<void> {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (!safely && size < SMALL) {
    const file = openSync(path, 'wx');
    try {
      if (mode !== null) fchmodSync(file, mode);
      writeFileSync(file, Buffer.concat(pieces));
    } finally {
      closeSync(file);
    }
    return;
  }
  const file = await open(path, 'wx');
  try {
    if (mode !== null) await file.chmod(mode);
    // each goes on where the last one ended
    for (const piece of gathered(pieces)) await file.writeFile(piece);
    if (safely) await file.sync();
  } finally {
    await file.close();
  }
}

/** Small pieces together, large ones as they are. */
function* gathered(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    if (size + piece.length > SMALL && size > 0) {
      yield Buffer.concat(small);
      [small, size] = [[], 0];
    }
    if (piece.length > SMALL) yield piece;
    else {
      small.push(piece);
      size += piece.length;
    }
  }
  if (size > 0) yield Buffer.concat(small);
}

function unwritable(path: string, error: unknown): Failure {
  const facts = { details: String(error), cause: error };
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Failure('ioError', `no space left to write \`${path}\``, {
      ...facts,
      hints: ["make room on this machine's disk"],
    });
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new Failure('fileNotFound', `there is no folder for \`${path}\``, { ...facts, hints: ['make it first'] });
  return new Failure('permissionDenied', `cannot write \`${path}\``, facts);
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
