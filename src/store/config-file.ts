import { realpathSync } from 'node:fs';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import { errorCode, readText, writeAtomic } from './atomic-file.ts';
import { jsonFault } from './json-fault.ts';
import { isRecord } from './json-file.ts';
import type { FileLocks } from './lock.ts';

/**
 * `config.json` as it stands, unknown keys included; empty when there is none. Throws a `usage` failure that names the place of a mistake.
 * The file belongs to the user: it is never moved or rewritten because of one.
 */
export function readConfig(path: string): Readonly<Record<string, unknown>> {
  const text = readConfigText(path);
  if (text === null) return {};
  const bare = text.replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch {
    const { line, column } = jsonFault(bare);
    throw new Failure('usage', `\`${path}\` is not valid JSON: line ${line}, column ${column}`, {
      hints: [`mend \`${path}\`, or move it away to start with defaults`],
    });
  }
  if (!isRecord(value)) throw new Failure('usage', `\`${path}\` must hold a JSON object, such as \`{}\``);
  return value;
}

type Content = Readonly<Record<string, unknown>>;

/**
 * Changes `config.json` under its lock and puts it in place as a whole: other keys, their order and the indentation stay. False when `edit`
 * gave back what it got. Behind a symbolic link the file it names is changed. Throws what `readConfig` throws, and writes nothing then.
 */
export function changeConfig(path: string, locks: FileLocks, edit: (config: Content) => Content): Promise<boolean> {
  return locks.hold('config', async () => {
    const before = readConfig(path);
    const after = edit(before);
    if (after === before) return false;
    writeAtomic(targetOf(path), `${JSON.stringify(after, null, indentation(readConfigText(path)))}\n`);
    return true;
  });
}

/** What stands before the first key, else two blanks. */
function indentation(text: string | null): string {
  return /^\s*\{[^\S\n]*\n([ \t]{1,8})"/.exec(text ?? '')?.[1] ?? '  ';
}

/** People keep their settings elsewhere and link them here; renaming over the link would cut it. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The OAuth client's secret, which also seals the token files: the config file's, else the environment's, else null. */
export function clientSecret(host: Host, path: string): string | null {
  const stored = readConfig(path).clientSecret;
  if (typeof stored === 'string' && stored !== '') return stored;
  return host.env.LECODER_CLIENT_SECRET || host.env.GOOGLE_CLIENT_SECRET || null;
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOTDIR: 'its folder is a file; `LECODER_CONFIG_DIR` has to name a folder',
  EISDIR: 'a folder is there: move it away',
};

function readConfigText(path: string): string | null {
  try {
    return readText(path);
  } catch (error) {
    const code = errorCode(error) ?? 'unknown error';
    throw new Failure('usage', `\`${path}\` cannot be read (${code})`, {
      cause: error,
      hints: [UNREADABLE[code] ?? 'check its owner and mode'],
    });
  }
}
