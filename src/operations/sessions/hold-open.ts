import type { Report } from '../../core/events.ts';
import { isFailure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';

/** Milliseconds between two pings; a machine nobody pings is taken away after seven or eight minutes. */
export const PING_EVERY = 60_000;

/**
 * Pings the session's machine once a minute, the first time after a minute, until the returned function is called. A
 * ping that fails is tried again at the next: only the listing of the service says that a machine is gone.
 */
export function holdOpen(session: Session, services: Services, report: Report, signal: AbortSignal): () => void {
  const timer = setInterval(() => {
    ping(session, services, signal).catch(error => {
      services.log.write('warn', 'runtime', 'keep-alive failed', { error: String(error) });
      if (!isFailure(error, 'runtimeTerminated')) return;
      void report({ type: 'warning', text: `the machine of session \`${session.name}\` is gone` });
      clearInterval(timer);
    });
  }, PING_EVERY);
  return () => clearInterval(timer);
}

/** One ping. Throws what `RuntimeProvider.keepAlive` throws. */
export async function ping(session: Session, services: Services, signal: AbortSignal): Promise<void> {
  const provider = await services.provider(session.provider);
  if (provider.needsKeepAlive) await provider.keepAlive(session.runtime.id, signal);
}
