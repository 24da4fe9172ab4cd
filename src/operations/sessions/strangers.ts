import type { ProviderName, Runtime } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { within } from './within.ts';

/** Milliseconds a provider may take to list its machines. */
const PATIENCE = 8000;

/** Machines without a session here: made elsewhere, or kept by `--keep-runtime`. What cannot be asked has none. */
export async function strangers(
  sessions: readonly Session[],
  services: Services,
  signal: AbortSignal,
): Promise<Runtime[]> {
  const lists = await Promise.all(
    (await providersToAsk(sessions, services)).map(name =>
      within(
        PATIENCE,
        services.provider(name).then(provider => provider.list(signal)),
        [],
      ),
    ),
  );
  const known = new Set(sessions.map(session => `${session.provider} ${session.runtime.id}`));
  return lists.flat().filter(runtime => !known.has(`${runtime.provider} ${runtime.id}`));
}

/** The machine without a session that is called so, or nothing. Throws what listing throws, unlike `strangers`. */
export async function strangerCalled(wanted: string, services: Services, signal: AbortSignal): Promise<Runtime | null> {
  const { sessions } = services.sessions.read();
  for (const name of await providersToAsk(sessions, services)) {
    const runtimes = await (await services.provider(name)).list(signal);
    const found = runtimes.find(({ id }) => id === wanted);
    if (found) return found;
  }
  return null;
}

/** Colab only with an account: looking never signs in. */
async function providersToAsk(sessions: readonly Session[], { settings, identity }: Services): Promise<ProviderName[]> {
  const asked = new Set<ProviderName>(['local', ...sessions.map(session => session.provider)]);
  if (settings.runtime !== null) asked.add(settings.runtime);
  asked.delete('colab');
  const login = await identity().then(
    found => found.login(),
    () => null,
  );
  return [...asked, ...(login === null ? [] : ['colab' as const])];
}
