import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import { ANY_MACHINE, type Runtime, type RuntimeProvider } from '../../src/core/runtime.ts';
import { ask } from '../../src/http/request.ts';
import { nodeHost } from '../../src/node-host.ts';
import { collected } from '../support/provider-events.ts';

/** A real machine for a provider, and what is particular about it. */
export interface Ground {
  /** A provider as the next invocation would make it: it remembers nothing but what is on disk. */
  provider(): RuntimeProvider;
  /** What must appear in nothing that is printed or stored in the open. */
  readonly secret: () => string;
  /** Whether freeing the machine ends it: somebody else's server goes on. */
  readonly frees: boolean;
  /** Ends the machine behind the provider's back. */
  kill(): Promise<void>;
  /** What may be said of a machine that has ended that way. */
  readonly afterDeath: 'gone' | 'unknown';
  /** Sure to be free of anything that runs. */
  tearDown(): Promise<void>;
}

/** What every runtime provider promises, tried on a real machine of each kind. */
export function runtimeProviderSuite(name: string, prepare: () => Promise<Ground>): void {
  describe(name, () => {
    const host = nodeHost();
    const signal = new AbortController().signal;
    let ground: Ground;
    let runtime: Runtime;

    beforeAll(async () => {
      ground = await prepare();
      const { events, report } = collected();
      ({ runtime } = await ground.provider().acquire(ANY_MACHINE, report, signal));
      for (const event of events) expect(['step', 'note', 'warning']).toContain(event.type);
      expect(JSON.stringify(events)).not.toContain(ground.secret());
    });
    afterAll(() => ground?.tearDown());

    test('gives a machine that can be printed and stored', () => {
      expect(runtime.provider).toBe(ground.provider().name);
      expect(runtime.id).not.toBe('');
      expect(runtime.label).not.toBe('');
      expect(JSON.stringify(runtime)).not.toContain(ground.secret());
      if (runtime.createdAt !== null) expect(new Date(runtime.createdAt).toISOString()).toBe(runtime.createdAt);
    });

    test('finds the same machine again instead of making another', async () => {
      const again = await ground.provider().acquire(ANY_MACHINE, collected().report, signal);
      expect(again).toEqual({ runtime, fresh: false });
    });

    test('lists it, and knows it as its own', async () => {
      expect(await ground.provider().list(signal)).toContainEqual(runtime);
      expect(ground.provider().serves(runtime)).toBe(true);
    });

    test('opens a way in that leads to its Jupyter server', async () => {
      const doorway = await ground.provider().open(runtime.id, signal);
      expect(doorway.http.pathname).toMatch(/\/$/);
      expect(doorway.ws.href).toBe(doorway.http.href.replace(/^http/, 'ws'));
      expect(doorway.http.href).not.toContain(ground.secret());
      const made = await ask(host, doorway, {
        method: 'POST',
        path: 'api/kernels',
        body: {},
        signal,
        timeout: 60_000,
      });
      const { id } = made.json() as { id: string };
      expect(made.status).toBe(201);
      await ask(host, doorway, { method: 'DELETE', path: `api/kernels/${id}`, signal, timeout: 60_000 });
    });

    test('says that it is alive, and keeps it so', async () => {
      expect(await ground.provider().probe(runtime.id, signal)).toBe('alive');
      await expect(ground.provider().keepAlive(runtime.id, signal)).resolves.toBeUndefined();
    });

    test('warns of what the machine cannot do, or refuses when that is wanted', async () => {
      const { events, report } = collected();
      const got = await ground.provider().acquire({ ...ANY_MACHINE, variant: 'tpu' }, report, signal);
      expect(events.filter(event => event.type === 'warning')).toHaveLength(1);
      // Where machines can be chosen, that was another one.
      if (got.fresh) await ground.provider().release(got.runtime.id, signal);
      const refused = ground.provider().acquire({ ...ANY_MACHINE, variant: 'tpu', strict: true }, report, signal);
      await expect(refused).rejects.toMatchObject({
        kind: 'runtimeUnavailable',
        facts: { retryable: false },
      });
    });

    test('stops with the reason of the signal', async () => {
      const reason = new Failure('interrupted', 'stopped by the test');
      const stopped = AbortSignal.abort(reason);
      await expect(ground.provider().acquire(ANY_MACHINE, collected().report, stopped)).rejects.toBe(reason);
      await expect(ground.provider().probe(runtime.id, stopped)).rejects.toBe(reason);
    });

    test('frees the machine, once or twice', async () => {
      await ground.provider().release(runtime.id, signal);
      await ground.provider().release(runtime.id, signal);
      expect(await ground.provider().probe(runtime.id, signal)).toBe(ground.frees ? 'gone' : 'alive');
      if (!ground.frees) return;
      expect(await ground.provider().list(signal)).toEqual([]);
      await expect(ground.provider().open(runtime.id, signal)).rejects.toMatchObject({
        kind: 'runtimeTerminated',
      });
    });

    test('makes another machine under another name after that one', async () => {
      const next = await ground.provider().acquire(ANY_MACHINE, collected().report, signal);
      expect(next.fresh).toBe(ground.frees);
      expect(next.runtime.id === runtime.id).toBe(!ground.frees);
      runtime = next.runtime;
    });

    test('says no more than it knows of a machine that has ended by itself', async () => {
      await ground.kill();
      expect(await ground.provider().probe(runtime.id, signal)).toBe(ground.afterDeath);
      const open = ground.provider().open(runtime.id, signal);
      if (ground.afterDeath === 'gone') await expect(open).rejects.toMatchObject({ kind: 'runtimeTerminated' });
      else await expect(open).resolves.toBeDefined();
      await ground.provider().release(runtime.id, signal);
    });
  });
}
