import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { within } from './within.ts';

/** Milliseconds. */
const PATIENCE = 15_000;

/** After a connection was lost: a failure that says so when it is certain that the machine is gone, else null. */
export async function lossOfMachine(session: Session, services: Services): Promise<Failure | null> {
  const provider = await services.provider(session.provider);
  const probed = provider.probe(session.runtime.id, AbortSignal.timeout(PATIENCE)).catch(() => 'unknown' as const);
  if ((await within(PATIENCE, probed, 'unknown' as const)) !== 'gone') return null;
  return new Failure('runtimeTerminated', `the machine of session \`${session.name}\` is gone`);
}
