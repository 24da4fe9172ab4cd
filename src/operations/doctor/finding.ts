import type { Check, CheckId, CheckStatus } from '../../core/doctor.ts';
import { errorReport } from '../../core/error-report.ts';
import type { JsonObject } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';

/** Milliseconds for one check: none may hang. */
export const LIMIT = 5000;

/** What a check found. */
export interface Finding {
  readonly status: CheckStatus;
  readonly message: string;
  readonly facts?: JsonObject;
  readonly fixes?: readonly string[];
  readonly failure?: Failure;
}

export function ok(message: string, facts: JsonObject = {}): Finding {
  return { status: 'ok', message, facts };
}

export function warning(message: string, fixes: readonly string[], facts: JsonObject = {}): Finding {
  return { status: 'warning', message, fixes, facts };
}

/** `more` is advice that this check alone can give. */
export function failed(failure: Failure, facts: JsonObject = {}, more: readonly string[] = []): Finding {
  const { hints, suggestion } = failure.facts;
  const fixes = [...(hints ?? [suggestion ?? failure.spec.recovery]), ...more];
  return { status: 'failed', message: failure.message, facts, fixes: [...new Set(fixes)], failure };
}

export function skipped(why: string, facts: JsonObject = {}): Finding {
  return { status: 'skipped', message: why, facts };
}

export type Look = (signal: AbortSignal) => Finding | Promise<Finding>;

/** By whose clock, and until when. */
export interface Watch {
  readonly host: Pick<Host, 'monotonic'>;
  readonly signal: AbortSignal;
}

/** Looks, for five seconds at most. A failure on the way is the finding. Rejects only when the user interrupts. */
export async function check(id: CheckId, { host, signal }: Watch, look: Look): Promise<Check> {
  const began = host.monotonic();
  const found = await limited(signal, look).catch((error: unknown): Finding => {
    signal.throwIfAborted();
    return failed(asFailure(error));
  });
  const { status, message, facts = {}, fixes = [], failure } = found;
  const error = status === 'failed' && failure !== undefined ? errorReport(failure) : null;
  return { id, status, message, facts, fixes, error, duration: Math.round(host.monotonic() - began) };
}

/** Also gives up on work that does not listen to the signal. */
export async function limited<T>(signal: AbortSignal, work: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const control = new AbortController();
  const late = new Failure('connectionTimeout', `no result within ${LIMIT / 1000} s`, {
    hints: ['check the network, and any proxy or firewall'],
  });
  let give: (reason: unknown) => void = () => {};
  const stopped = new Promise<never>((_, reject) => {
    give = reject;
  });
  stopped.catch(() => {});
  const stop = (reason: unknown) => {
    control.abort(reason);
    give(reason);
  };
  const interrupted = () => stop(signal.reason);
  const timer = setTimeout(() => stop(late), LIMIT);
  signal.addEventListener('abort', interrupted, { once: true });
  try {
    return await Promise.race([Promise.resolve(control.signal).then(work), stopped]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupted);
  }
}

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('unknown', error instanceof Error ? error.message : String(error), { cause: error });
}
