import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { colabGround } from '../support/colab-ground.ts';
import { startEmulator } from '../support/emulator.ts';
import { type Ground, runtimeProviderSuite } from './provider-suite.ts';

runtimeProviderSuite('colab', async (): Promise<Ground> => {
  // A TPU is asked for and a T4 comes: this is how Colab falls short of a wish.
  const emulator = await startEmulator({ settings: { give: { V5E1: 'T4' } } });
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-colab-'));
  const { provider, token } = await colabGround(emulator, folder);
  return {
    provider,
    secret: token,
    frees: true,
    kill: async () => void (await emulator.control('delete-runtime', {})),
    afterDeath: 'gone',
    tearDown: async () => {
      await emulator.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
});
