import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Mode } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';

/** Where `run` gets its code from. */
export interface SourceChoice {
  readonly words: string | null;
  readonly file: string | null;
  readonly mode: Mode;
}

export interface Source {
  readonly code: string;
  readonly mode: Mode;
  /** Stdin was the code, so there is none to forward. */
  readonly fromStdin: boolean;
}

/** Code from the words, from a file, from `-`, or from piped stdin. Throws `usage` and `fileNotFound`. */
export async function readSource({ words, file, mode }: SourceChoice, host: Host): Promise<Source> {
  if (file !== null && words !== null) {
    throw new Failure('usage', 'code was given twice: as words and as a file', {
      hints: ['leave out one; `--` before the words makes `-f` theirs'],
    });
  }
  if (file !== null && file !== '-') return fromFile(file, mode, host);
  if (words !== null && words !== '-') return checked({ code: words, mode, fromStdin: false });
  if (words === null && file === null && host.stdin.isTerminal) {
    throw new Failure('usage', 'there is nothing to run', {
      hints: [
        '`lecoder-cgpu run "nvidia-smi"`, `lecoder-cgpu run -k "1 + 1"` or `-f file.py`; `lecoder-cgpu run --help` shows more',
      ],
    });
  }
  return checked({ code: await readAll(host), mode, fromStdin: true });
}

async function fromFile(file: string, mode: Mode, host: Host): Promise<Source> {
  const path = resolve(host.folders.work, file);
  try {
    // Python is for the kernel; a shell would take it for a shell program.
    const python = extname(path) === '.py';
    return checked({ code: await readFile(path, 'utf8'), mode: python ? 'kernel' : mode, fromStdin: false });
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES') throw new Failure('permissionDenied', `cannot read \`${file}\``, { cause: error });
    const what = code === 'EISDIR' ? `\`${file}\` is a folder, not a file` : `there is no file \`${file}\``;
    throw new Failure('fileNotFound', what, { cause: error });
  }
}

function checked(source: Source): Source {
  if (source.code.trim() === '') throw new Failure('usage', 'there is nothing to run: the code is empty');
  return source;
}

async function readAll(host: Host): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of host.stdin.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
