import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import util from 'node:util';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';

/**
 * The variables of `--env` and `--env-file`. `NAME` alone takes the value from here, so that it stands on no command
 * line. Throws `usage` naming the variable, never its value.
 */
export async function readEnv(
  pairs: readonly string[],
  file: string | null,
  host: Host,
): Promise<Record<string, string>> {
  const fromFile = file === null ? {} : await readEnvFile(file, host);
  const given = pairs.map(pair => {
    const cut = pair.indexOf('=');
    const name = cut < 0 ? pair : pair.slice(0, cut);
    const value = cut < 0 ? host.env[name] : pair.slice(cut + 1);
    if (value === undefined)
      throw new Failure('usage', `\`--env ${name}\` takes the value from the environment, where it is not set`);
    return [name, value] as const;
  });
  return { ...fromFile, ...Object.fromEntries(given) };
}

async function readEnvFile(file: string, host: Host): Promise<Record<string, string>> {
  try {
    const values = util.parseEnv(await readFile(resolve(host.folders.work, file), 'utf8'));
    return Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  } catch (error) {
    throw new Failure('fileNotFound', `cannot read the variables file \`${file}\``, { cause: error });
  }
}
