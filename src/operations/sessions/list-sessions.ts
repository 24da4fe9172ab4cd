import type { Liveness, ProviderName, Runtime } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { currentSession } from './choose-session.ts';
import { strangers } from './strangers.ts';
import { within } from './within.ts';

/** Milliseconds a machine may take to answer before it counts as unknown. */
const PATIENCE = 3000;

export type SessionStatus = 'connected' | 'disconnected' | 'stale' | 'unknown';

export interface SessionRow {
  readonly id: string;
  /** Null for a runtime that was not made here. */
  readonly name: string | null;
  readonly gpu: string | null;
  readonly status: SessionStatus;
  readonly createdAt: string | null;
  readonly lastActivity: string | null;
  readonly active: boolean;
  readonly runtime: {
    readonly id: string;
    readonly type: string;
    readonly variant: string | null;
    readonly provider: ProviderName;
    readonly label: string;
    readonly createdAt: string | null;
  };
  readonly kernel: { readonly id: string; readonly status: string } | null;
}

/** Every session, and every runtime that has none, each asked for at once and given three seconds. */
export async function listSessions(services: Services, signal: AbortSignal): Promise<SessionRow[]> {
  const list = services.sessions.read();
  const active = currentSession(list, () => true)?.id ?? null;
  const rows = await Promise.all(
    list.sessions.map(session => sessionRow(session, { active: session.id === active, services, signal })),
  );
  return [...rows, ...(await strangers(list.sessions, services, signal)).map(runtimeRow)];
}

interface Asking {
  readonly active: boolean;
  readonly services: Services;
  readonly signal: AbortSignal;
}

async function sessionRow(session: Session, { active, services, signal }: Asking): Promise<SessionRow> {
  const liveness = await probe(session, services, signal);
  const state = liveness === 'alive' ? await kernelState(session, services, signal) : null;
  return {
    id: session.id,
    name: session.name,
    gpu: session.runtime.accelerator,
    status: statusOf(liveness, state),
    createdAt: session.createdAt,
    lastActivity: session.lastActivity,
    active,
    runtime: runtimeOf(session.runtime),
    kernel:
      session.kernelId === null
        ? null
        : { id: session.kernelId, status: state ?? (liveness === 'gone' ? 'dead' : 'unknown') },
  };
}

/** Alive, gone or unknown; never an error. */
export async function probe(session: Session, services: Services, signal: AbortSignal): Promise<Liveness> {
  const asked = services.provider(session.provider).then(provider => provider.probe(session.runtime.id, signal));
  return within(PATIENCE, asked, 'unknown');
}

async function kernelState(session: Session, services: Services, signal: AbortSignal): Promise<string | null> {
  const { kernelId } = session;
  if (kernelId === null) return null;
  const asked = (async () => {
    const provider = await services.provider(session.provider);
    const kernels = await services.kernels();
    return (await kernels.get(await provider.open(session.runtime.id, signal), kernelId, signal))?.state ?? 'dead';
  })();
  return within(PATIENCE, asked, null);
}

/** A machine that lives while the session's kernel is dead is there to be connected to again. */
function statusOf(liveness: Liveness, kernel: string | null): SessionStatus {
  if (liveness === 'alive') return kernel === 'dead' ? 'disconnected' : 'connected';
  return liveness === 'gone' ? 'stale' : 'unknown';
}

function runtimeRow(runtime: Runtime): SessionRow {
  return {
    id: runtime.id,
    name: null,
    gpu: runtime.accelerator,
    status: 'disconnected',
    createdAt: runtime.createdAt,
    lastActivity: null,
    active: false,
    runtime: runtimeOf(runtime),
    kernel: null,
  };
}

function runtimeOf({ id, variant, accelerator, provider, label, createdAt }: Runtime): SessionRow['runtime'] {
  return { id, type: variant, variant: accelerator, provider, label, createdAt };
}
