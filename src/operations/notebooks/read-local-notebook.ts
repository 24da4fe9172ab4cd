import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';

/** The bytes of a local notebook; `-` is standard input. Throws `fileNotFound`, `permissionDenied`, and `usage` for what is none. */
export async function readLocalNotebook(file: string, host: Host, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = file === '-' ? await readStdin(host, signal) : await readLocal(file, host);
  parseNotebook(bytes, file === '-' ? 'what came on standard input' : `\`${file}\``);
  return bytes;
}

/** The parts of a notebook that every version of the format has. Throws `usage`; `what` names it for the message. */
export function parseNotebook(
  bytes: Uint8Array,
  what: string,
): { readonly metadata: Readonly<Record<string, unknown>> } {
  const notebook = jsonObject(bytes);
  if (notebook === null || typeof notebook.nbformat !== 'number') {
    throw new Failure('usage', `${what} is not a notebook`, {
      hints: ['a notebook is a JSON object with `nbformat` and `cells`, as Jupyter and Colab save it'],
    });
  }
  const { metadata } = notebook;
  return { metadata: typeof metadata === 'object' && metadata !== null ? { ...metadata } : {} };
}

function jsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

async function readLocal(file: string, { folders }: Host): Promise<Uint8Array> {
  try {
    return await readFile(resolve(folders.work, file));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES') throw new Failure('permissionDenied', `cannot read \`${file}\``, { cause: error });
    const what = code === 'EISDIR' ? `\`${file}\` is a folder, not a notebook` : `there is no file \`${file}\``;
    throw new Failure('fileNotFound', what, { cause: error });
  }
}

async function readStdin({ stdin }: Host, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin.chunks(signal)) chunks.push(chunk);
  signal.throwIfAborted();
  return Buffer.concat(chunks);
}
