import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';

/**
 * The secrets a run may use, by name: `NAME` or `NAME=env:X` from the environment, `NAME=file:P` from a file,
 * `NAME=cmd:C` from what a command of this machine prints, such as a password manager's. One line end at the end is
 * dropped. Throws `usage` naming the secret and where it was looked for, never a value.
 */
export async function readSecrets(given: readonly string[], host: Host): Promise<ReadonlyMap<string, string>> {
  const secrets = new Map<string, string>();
  for (const text of given) {
    const [, name = '', kind = 'env', place = ''] = /^([A-Za-z_]\w*)(?:=(env|file|cmd):([\s\S]+))?$/.exec(text) ?? [];
    if (name === '') {
      const hints = [
        '`--secret HF_TOKEN`, `--secret HF_TOKEN=file:token.txt` or `--secret "HF_TOKEN=cmd:pass show hf"`',
      ];
      throw new Failure('usage', '`--secret` takes NAME, NAME=env:VARIABLE, NAME=file:path or NAME=cmd:command', {
        hints,
      });
    }
    secrets.set(name, (await SOURCES[kind as keyof typeof SOURCES](place || name, name, host)).replace(/\r?\n$/, ''));
  }
  return secrets;
}

const SOURCES = {
  env: async (variable: string, name: string, { env }: Host) => {
    const value = env[variable];
    if (value === undefined) throw new Failure('usage', `secret \`${name}\`: the variable \`${variable}\` is not set`);
    return value;
  },
  file: async (path: string, name: string, { folders }: Host) => {
    try {
      return await readFile(resolve(folders.work, path), 'utf8');
    } catch (error) {
      throw new Failure('usage', `secret \`${name}\`: cannot read the file \`${path}\``, { cause: error });
    }
  },
  cmd: async (command: string, name: string, { processes, platform }: Host) => {
    const [shell, args] = shellFor(platform, command);
    const { status, stdout } = await processes.run(shell, args, { verbatim: true });
    if (status !== 0)
      throw new Failure('usage', `secret \`${name}\`: its command ended with status ${status ?? 'none'}`);
    return stdout;
  },
} as const;

/**
 * How this system's shell runs a command line. `cmd /s` takes off the outermost quotes and leaves all within as it is;
 * `/d` keeps what others put into its start out of it.
 */
export function shellFor(platform: NodeJS.Platform, command: string): [string, string[]] {
  return platform === 'win32' ? ['cmd', ['/d', '/s', '/c', `"${command}"`]] : ['sh', ['-c', command]];
}
