import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import { nearest } from '../../util/nearest.ts';
import { findSession, isCalled } from '../sessions/choose-session.ts';

/**
 * The name under which runs of the session of `--session` are in the history; undefined when none was named. A session
 * that was closed is still known by its name. Throws `usage` for a name that is neither open nor recorded.
 */
export function historySession({ flags, sessions, history }: Services): string | undefined {
  const wanted = flags.session;
  if (wanted === null) return undefined;
  const recorded = new Set([...history.entries()].flatMap(({ session }) => (session === null ? [] : [session])));
  if (recorded.has(wanted)) return wanted;
  const list = sessions.read();
  if (isCalled(list, wanted)) return findSession(list, wanted).name;
  const guess = nearest(wanted, [...recorded]);
  const known = [...recorded].map(name => `\`${name}\``).join(', ');
  const hints = guess !== null ? [`did you mean \`--session ${guess}\`?`] : known === '' ? [] : [`there are ${known}`];
  throw new Failure('usage', `there is no session \`${wanted}\` in the history`, { hints });
}
