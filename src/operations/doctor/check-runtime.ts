import { isFailure } from '../../core/failure.ts';
import type { Doorway, ProviderName } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { type Finding, ok, skipped, warning } from './finding.ts';

export interface RuntimeAnswer {
  readonly finding: Finding;
  readonly doorway: Doorway | null;
}

interface Place {
  readonly runtime: ProviderName;
  readonly session: Session | null;
}

/** The way in to the machine of the current session, or to the server that the settings name. Makes no machine. */
export async function findRuntime(
  { runtime, session }: Place,
  services: Services,
  signal: AbortSignal,
): Promise<RuntimeAnswer> {
  const name = session?.provider ?? runtime;
  const provider = await services.provider(name);
  // Our own servers are nobody's before a session has one.
  const id = session?.runtime.id ?? (name === 'jupyter' ? (await provider.list(signal))[0]?.id : undefined);
  const facts = { provider: name, session: session?.name ?? null, id: id ?? null };
  if (id === undefined) {
    const how = name === 'jupyter' ? 'name a server with `--server`, or in `JUPYTER_SERVER_URL`' : CONNECT;
    return { finding: skipped(`no session yet: ${how}`, facts), doorway: null };
  }
  try {
    const doorway = await provider.open(id, signal);
    const who = session === null ? 'the server that the settings name' : `session \`${session.name}\``;
    return { finding: ok(`${who} (${name})`, { ...facts, host: doorway.http.host }), doorway };
  } catch (error) {
    if (!isFailure(error, 'runtimeTerminated')) throw error;
    const text = `the machine of session \`${session?.name ?? id}\` is gone`;
    const fixes = ['`lecoder-cgpu sessions clean` forgets it; the next `run` gets a new machine'];
    return { finding: warning(text, fixes, facts), doorway: null };
  }
}

const CONNECT = '`lecoder-cgpu connect` makes one';
