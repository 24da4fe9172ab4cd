import { join } from 'node:path';
import { colabProvider } from '../../src/colab/provider.ts';
import type { Event } from '../../src/core/events.ts';
import type { RuntimeProvider } from '../../src/core/runtime.ts';
import { assignIntents } from '../../src/store/assign-intents.ts';
import { doorwayCache } from '../../src/store/doorway-cache.ts';
import { locks } from '../../src/store/lock.ts';
import { sealing } from '../../src/store/sealing.ts';
import type { TestEmulator } from './emulator.ts';
import { hostIn } from './node-host-for-tests.ts';
import { collected } from './provider-events.ts';

export interface ColabGround {
  /** A provider as the next invocation would make it. */
  provider(): RuntimeProvider;
  /** The access token with which it asks. */
  token(): string;
  readonly events: readonly Event[];
}

/** The Colab provider before an emulator, with the real files in a folder and a sign-in that is already made. */
export async function colabGround(emulator: TestEmulator, folder: string): Promise<ColabGround> {
  const host = hostIn(folder, {});
  const state = join(folder, 'state');
  const fileLocks = locks(host, state);
  const { events, report } = collected();
  const warn = (text: string) => void report({ type: 'warning', text });
  let token = await emulator.accessToken();
  const identity = {
    login: () => ({
      account: { id: 'ada@example.com', label: 'Ada Lovelace' },
      scopes: [],
      source: 'session' as const,
      tokenExpires: null,
    }),
    async accessToken(_: AbortSignal, options?: { readonly fresh: boolean }) {
      if (options?.fresh) token = await emulator.accessToken();
      return token;
    },
    require: () => {},
    account: async () => null,
  };
  const seal = sealing({ keyFile: join(state, 'key'), secret: () => null });
  const provider = () =>
    colabProvider({
      host,
      identity: async () => identity,
      intents: assignIntents({ path: join(state, 'assign-intents.json'), host, locks: fileLocks, warn }),
      doorways: doorwayCache({ path: join(folder, 'tokens.json'), host, locks: fileLocks, sealing: seal, warn }),
      report,
      defaultGpu: 'T4',
      emulator: new URL(emulator.origin),
      inUse: () => false,
    });
  return { provider, token: () => token, events };
}
