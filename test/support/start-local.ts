import { localProvider } from '../../src/local/provider.ts';
import { ANY } from './local-runtime.ts';
import { hostIn, locksOf } from './node-host-for-tests.ts';

/** A process of its own that acquires the local runtime in the folder it is given, and prints what it got. */
async function main([folder = '', python = '']: string[]): Promise<void> {
  const host = hostIn(folder);
  const provider = localProvider({
    host,
    settings: { idleTimeout: 3600, python: python === '' ? null : python },
    locks: locksOf(host),
  });
  const steps: string[] = [];
  const got = await provider.acquire(
    ANY,
    event => void steps.push(event.type === 'step' ? event.text : event.type),
    AbortSignal.timeout(300_000),
  );
  process.stdout.write(JSON.stringify({ id: got.runtime.id, fresh: got.fresh, steps }));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
