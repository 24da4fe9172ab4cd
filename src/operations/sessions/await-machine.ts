import type { Report } from '../../core/events.ts';
import { isFailure } from '../../core/failure.ts';
import { SocketRefused } from '../../core/host.ts';
import type { Doorway } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';

/** Milliseconds. A fresh machine's proxy answers 502, 503 or 504 until its server is up. */
const PATIENCE = 150_000;
const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 5000;

export interface Place {
  readonly session: Session;
  readonly doorway: Doorway;
}

/**
 * Does the work on the machine's server; while its front says that the server is not up, waits and does it then. Servers
 * without a front of that kind (their way in does not end) get one try. Throws what the work throws.
 */
export async function whenUp<T>(
  place: Place,
  services: Services,
  report: Report,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = services.host.monotonic() + PATIENCE;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (place.doorway.expires === null || !isNotUp(error) || services.host.monotonic() > deadline) throw error;
      await untilUp(place, services, report, { signal, deadline, error });
    }
  }
}

interface Waiting {
  readonly signal: AbortSignal;
  readonly deadline: number;
  /** What is thrown when the wait was in vain. */
  readonly error: unknown;
}

async function untilUp(
  { session, doorway }: Place,
  services: Services,
  report: Report,
  { signal, deadline, error }: Waiting,
): Promise<void> {
  const { host } = services;
  const kernels = await services.kernels();
  const id = `up-${session.id}`;
  const begun = host.monotonic();
  await report({ type: 'step', id, text: `Waiting for machine ${session.runtime.label} to come up`, done: false });
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.6, LONGEST_PAUSE)) {
    await host.sleep(pause, signal);
    if (await isUp(() => kernels.isUp(doorway, signal))) break;
    if (host.monotonic() > deadline) throw error;
  }
  const seconds = Math.round((host.monotonic() - begun) / 100) / 10;
  await report({ type: 'step', id, text: `Machine ${session.runtime.label} came up after ${seconds} s`, done: true });
}

/** A front that does not answer at all is one that is not up. */
async function isUp(asked: () => Promise<boolean>): Promise<boolean> {
  try {
    return await asked();
  } catch (error) {
    if (isFailure(error, 'apiUnavailable', 'connectionTimeout')) return false;
    throw error;
  }
}

/** Nothing but a web page is no sign of a server on its way up. */
function isNotUp(error: unknown): boolean {
  if (error instanceof SocketRefused) return error.status >= 502 && error.status <= 504;
  return isFailure(error, 'apiUnavailable') && error.facts.retryable !== false;
}
