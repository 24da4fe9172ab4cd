import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Runtime, RuntimeWish } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';

/**
 * The session to use for a wish: the one in use when its machine is what was asked for, else another that is. Null when
 * a new machine is wanted. A session named outright is used with a warning, or refused with `strict`. Where machines
 * cannot be chosen every session fits.
 */
export async function fittingSession(
  session: Session,
  wish: RuntimeWish,
  { sessions, flags, settings }: Services,
  report: Report,
): Promise<Session | null> {
  if (session.provider !== 'colab' || fitsWish(wish, session.runtime)) return session;
  if ((flags.session ?? settings.session) !== null) {
    const text = `session \`${session.name}\` runs on ${machineText(session.runtime)}, not on ${wishText(wish)}`;
    const hint = 'leave out `--session` to get another machine';
    if (wish.strict) throw new Failure('runtimeUnavailable', text, { retryable: false, hints: [hint] });
    await report({ type: 'warning', text, hint });
    return session;
  }
  const others = sessions
    .read()
    .sessions.filter(other => other.provider === 'colab' && fitsWish(wish, other.runtime))
    .sort((a, b) => b.lastActivity.localeCompare(a.lastActivity));
  const [other] = others;
  if (!other) return null;
  await report({ type: 'note', text: `using session \`${other.name}\`, which runs on ${machineText(other.runtime)}` });
  return other;
}

function fitsWish({ variant, accelerators }: RuntimeWish, runtime: Runtime): boolean {
  if (accelerators.length > 0) return accelerators.some(name => plain(name) === plain(runtime.accelerator ?? ''));
  return variant === null || variant === runtime.variant;
}

/** `v5e-1` and `V5E1` are one model. */
function plain(name: string): string {
  return name.toUpperCase().replace(/[\s_-]/g, '');
}

function machineText({ accelerator, variant }: Runtime): string {
  return accelerator ?? `a machine with ${variant === 'cpu' ? 'no accelerator' : `some ${variant.toUpperCase()}`}`;
}

function wishText({ accelerators, variant }: RuntimeWish): string {
  return accelerators.length > 0 ? accelerators.join(' or ') : `a ${variant?.toUpperCase()} machine`;
}
