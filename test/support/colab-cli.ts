import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SCOPES } from '../../src/core/account.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { type Cli, makeCli } from './cli.ts';
import { startEmulator, type TestEmulator } from './emulator.ts';

/** A sign-in as it stands on disk before its first use. */
function loginOf({ refreshToken }: TestEmulator): object {
  const scopes = ['openid', ...Object.values(SCOPES)];
  return { id: 'test', refreshToken, scopes, account: { id: 'ada@example.com', label: 'Ada Lovelace' } };
}

/** The built program signed in to an emulator of Google's side. */
export interface ColabCli extends Cli {
  readonly emulator: TestEmulator;
  /** What was asked for since the last `forget`, in order, by the emulator's names; pings left out. */
  asked(): string[];
  forget(): void;
  /** Endpoints of the machines that run, and are paid for. */
  machines(): Promise<string[]>;
  /** All that stands in our files, for looking for what must not. */
  filesText(): Promise<string>;
  /** The note against a crash: what is asked for and not yet written down. */
  intents(): Promise<readonly unknown[]>;
}

export async function colabCli(
  options: Partial<EmulatorOptions> = {},
  env: Record<string, string> = {},
  program?: string,
): Promise<ColabCli> {
  const emulator = await startEmulator(options);
  const cli = await makeCli({ LECODER_EMULATOR: emulator.origin, LECODER_RUNTIME: '', ...env }, program);
  const state = join(cli.config, 'profiles', 'emulator', 'state');
  await mkdir(state, { recursive: true, mode: 0o700 });
  await writeFile(join(state, 'session.json'), JSON.stringify(loginOf(emulator)), { mode: 0o600 });
  let skipped = 0;
  return {
    ...cli,
    emulator,
    asked: () =>
      emulator.world.traffic
        .last()
        .slice(skipped)
        .filter(({ operation }) => operation !== 'keep-alive')
        .map(({ operation, method }) => (operation === 'proxy-kernels' ? `${operation} ${method}` : operation)),
    forget: () => {
      skipped = emulator.world.traffic.last().length;
    },
    machines: async () => (await emulator.state()).assignments.map(({ endpoint }: { endpoint: string }) => endpoint),
    filesText: async () => {
      const names = await readdir(cli.config, { recursive: true });
      const texts = names.map(async name => {
        const path = join(cli.config, name);
        return (await stat(path)).isFile() ? `${name}\n${await readFile(path, 'utf8')}` : '';
      });
      return (await Promise.all(texts)).join('\n');
    },
    intents: async () => {
      const text = await readFile(join(state, 'assign-intents.json'), 'utf8').catch(() => '{"intents":[]}');
      return JSON.parse(text).intents;
    },
    async close() {
      await cli.close();
      await emulator.stop();
    },
  };
}
