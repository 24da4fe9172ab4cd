import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import { errorCode, readText } from './atomic-file.ts';
import { jsonFault } from './json-fault.ts';
import { isRecord } from './json-file.ts';

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

/** The OAuth client's secret, which also seals the token files: the config file's, else the environment's, else null. */
export function clientSecret(host: Host, path: string): string | null {
  const stored = readConfig(path).clientSecret;
  if (typeof stored === 'string' && stored !== '') return stored;
  return host.env.LECODER_CLIENT_SECRET || host.env.GOOGLE_CLIENT_SECRET || null;
}

function readConfigText(path: string): string | null {
  try {
    return readText(path);
  } catch (error) {
    throw new Failure('usage', `\`${path}\` cannot be read (${errorCode(error) ?? 'unknown error'})`, {
      cause: error,
    });
  }
}
