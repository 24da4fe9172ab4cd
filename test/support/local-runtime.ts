import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../src/core/host.ts';
import { ANY_MACHINE, type Doorway, type RuntimeProvider, type RuntimeWish } from '../../src/core/runtime.ts';
import type { LocalSettings } from '../../src/core/settings.ts';
import { ask } from '../../src/http/request.ts';
import { kernelServer } from '../../src/jupyter/kernel-server.ts';
import { type LocalFiles, localFiles } from '../../src/local/files.ts';
import { localProvider } from '../../src/local/provider.ts';
import { readRecord } from '../../src/local/record.ts';
import { hostIn, locksOf } from './node-host-for-tests.ts';

export const ANY: RuntimeWish = ANY_MACHINE;

/** A place for a local runtime, apart from the user's. */
export interface LocalPlace {
  readonly folder: string;
  readonly host: Host;
  readonly files: LocalFiles;
  /** The provider of a new invocation. */
  provider(settings?: Partial<LocalSettings>): RuntimeProvider;
  /** Ends what runs and removes the folder. */
  clear(): Promise<void>;
}

export async function localPlace(env: Record<string, string | undefined> = {}): Promise<LocalPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-local-'));
  const host = hostIn(folder, { ...process.env, ...env });
  const files = localFiles(host.folders);
  const provider = (settings: Partial<LocalSettings> = {}) =>
    localProvider({
      host,
      settings: { idleTimeout: 3600, python: process.env.LECODER_TEST_PYTHON ?? null, ...settings },
      locks: locksOf(host),
    });
  const clear = async (): Promise<void> => {
    const record = readRecord(files);
    if (record) await provider().release(record.id, AbortSignal.timeout(30_000));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { folder, host, files, provider, clear };
}

export async function startKernel(host: Host, doorway: Doorway): Promise<string> {
  const signal = AbortSignal.timeout(60_000);
  const answer = await ask(host, doorway, {
    method: 'POST',
    path: 'api/kernels',
    body: {},
    signal,
    timeout: 60_000,
  });
  return (answer.json() as { id: string }).id;
}

/** Runs an expression in the kernel and gives back its value, which must be JSON. */
export async function evaluate(host: Host, doorway: Doorway, kernelId: string, expression: string): Promise<unknown> {
  const link = await kernelServer(host).connect(doorway, kernelId, {
    signal: AbortSignal.timeout(60_000),
    reconnect: false,
  });
  try {
    return await new Promise((resolve, reject) => {
      link.onMessage(message => {
        if (message.header.msg_type !== 'execute_reply') return;
        const shown = message.content.user_expressions?.value?.data?.['text/plain'];
        if (typeof shown !== 'string') return reject(new Error(JSON.stringify(message.content)));
        resolve(JSON.parse(JSON.parse(`"${shown.slice(1, -1).replaceAll('"', '\\"').replaceAll("\\'", "'")}"`)));
      });
      const user_expressions = { value: `__import__('json').dumps(${expression})` };
      link.send({
        channel: 'shell',
        type: 'execute_request',
        content: {
          code: '',
          silent: false,
          store_history: false,
          user_expressions,
          allow_stdin: false,
          stop_on_error: true,
        },
      });
    });
  } finally {
    link.close();
  }
}
