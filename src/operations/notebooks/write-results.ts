import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../core/failure.ts';

/**
 * Writes a file of the user's and what belongs beside it, each as a whole or not at all; the file itself last, under the
 * empty name. Throws `usage` when it is there and is not to be replaced, `permissionDenied` when it cannot be written.
 */
export async function writeResults(
  file: string,
  contents: ReadonlyMap<string, string | Uint8Array>,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  if (!replace) refuseExisting(file);
  const besides = [...contents].sort(([one], [other]) => Number(one === '') - Number(other === ''));
  for (const [name, content] of besides) await writeWhole(name === '' ? file : join(dirname(file), name), content);
}

/** Throws `usage` for a file that is there. */
export function refuseExisting(file: string): void {
  if (existsSync(file))
    throw new Failure('usage', `\`${file}\` is there already`, { hints: ['`--force` replaces it'] });
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, content);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new Failure('permissionDenied', `cannot write \`${path}\``, { details: String(error), cause: error });
  }
}
