import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Cli } from './cli.ts';

/** A local folder and one of the runtime, which is this machine too. */
export interface Pair {
  readonly here: string;
  readonly there: string;
  /** The JSON object of a sync of the two. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
  sync(...options: string[]): Promise<any>;
}

let count = 0;

/** Two folders of their own; the local one holds these files. */
export async function syncPair(cli: Cli, files: Readonly<Record<string, string>> = {}): Promise<Pair> {
  count += 1;
  // Not where commands start: there a folder of the same name would be the remote one.
  const [here, there] = [join(cli.home, 'local', `here-${count}`), join(cli.home, `there-${count}`)];
  await mkdir(here, { recursive: true });
  await put(here, files);
  return { here, there, sync: (...options) => cli.json(['sync', here, there, '--json', ...options]) };
}

export async function put(root: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** What a sync changed, as `update a.txt`. */
// biome-ignore lint/suspicious/noExplicitAny: an object of the program under test
export function changed({ changes }: any): string[] {
  return changes.map((each: { change: string; path: string }) => `${each.change} ${each.path}`);
}
