import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator as start } from '../../src/emulator/emulator.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import type { World } from '../../src/emulator/world.ts';

export interface TestEmulator {
  /** What `LECODER_EMULATOR` would be. */
  readonly origin: string;
  /** Accepted from the start, of the first account, with every scope and for any client. */
  readonly refreshToken: string;
  /** What the emulator knows, for looking into; change things over `control`. */
  readonly world: World;
  /** `POST /emulator/control/<what>`; gives back the answer's object and fails when it is refused. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
  control(what: string, order?: object): Promise<any>;
  /** `GET /emulator/state`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
  state(): Promise<any>;
  /** An access token for the first account. */
  accessToken(): Promise<string>;
  stop(): Promise<void>;
}

export const REFRESH_TOKEN = '1//emulator-refresh-token-of-the-tests';

/** An emulator in this process, on a free port, with machines in a folder of its own. `settings` is where most wishes go. */
export async function startEmulator(options: Partial<EmulatorOptions> = {}): Promise<TestEmulator> {
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-emulator-'));
  const running = await start({
    python: process.env.LECODER_TEST_PYTHON ?? '',
    folder,
    env: process.env,
    accounts: [{ email: 'ada@example.com', name: 'Ada Lovelace', refreshToken: REFRESH_TOKEN }],
    ...options,
  });
  const { origin, world } = running;
  const refreshToken = world.grants.grants[0]?.refreshToken ?? '';
  return {
    origin,
    refreshToken,
    world,
    async control(what, order = {}) {
      const body = JSON.stringify(order);
      const answer = await fetch(`${origin}/emulator/control/${what}`, { method: 'POST', body });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${what}: ${answer.status} ${text}`);
      return JSON.parse(text);
    },
    async state() {
      return (await fetch(`${origin}/emulator/state`)).json();
    },
    async accessToken() {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: 'tests',
        client_secret: 'tests',
      });
      const answer = await fetch(`${origin}/token`, { method: 'POST', body });
      return ((await answer.json()) as { access_token: string }).access_token;
    },
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
