import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jupyterProvider } from '../../src/jupyter/provider.ts';
import { localFiles } from '../../src/local/files.ts';
import { localProvider } from '../../src/local/provider.ts';
import { readRecord } from '../../src/local/record.ts';
import { nodeHost } from '../../src/node-host.ts';
import { startJupyter } from '../support/jupyter-server.ts';
import { hostIn, locksOf } from '../support/node-host-for-tests.ts';
import { doorwaysInMemory } from '../support/provider-events.ts';
import { until } from '../support/until.ts';
import { type Ground, runtimeProviderSuite } from './provider-suite.ts';

runtimeProviderSuite('local', async (): Promise<Ground> => {
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-local-'));
  const host = hostIn(folder);
  const files = localFiles(host.folders);
  const settings = { idleTimeout: 3600, python: process.env.LECODER_TEST_PYTHON ?? null };
  const provider = () => localProvider({ host, settings, locks: locksOf(host) });
  const kill = async (): Promise<void> => {
    const pid = readRecord(files)?.pid;
    if (pid === undefined) throw new Error('no server is recorded');
    host.processes.kill(pid, 'SIGKILL', { group: true });
    await until(() => !host.processes.isAlive(pid));
  };
  const tearDown = async (): Promise<void> => {
    const record = readRecord(files);
    if (record) await provider().release(record.id, AbortSignal.timeout(30_000));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return {
    provider,
    secret: () => readRecord(files)?.token ?? 'no token',
    frees: true,
    kill,
    afterDeath: 'gone',
    tearDown,
  };
});

runtimeProviderSuite('jupyter', async (): Promise<Ground> => {
  const server = await startJupyter({ prefix: '/some/prefix/' });
  const doorways = doorwaysInMemory();
  const settings = { url: new URL('lab/tree/x.ipynb', server.url).href, token: server.token };
  const kill = async (): Promise<void> => {
    const ended = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    await ended;
  };
  return {
    provider: () => jupyterProvider({ host: nodeHost(), server: settings, doorways }),
    secret: () => server.token,
    frees: false,
    kill,
    afterDeath: 'unknown',
    tearDown: () => server.stop(),
  };
});
