import type { KernelInfo, KernelServer } from '../../core/execution.ts';
import { Failure } from '../../core/failure.ts';
import type { Doorway } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { sessionInUse } from './ensure-session.ts';
import { findWayIn, through } from './reach-server.ts';

export interface KernelReport {
  readonly session: string;
  readonly id: string | null;
  readonly name: string | null;
  /** As the server spells it; `none` before the first run. */
  readonly state: string;
  readonly lastActivity: string | null;
  readonly connections: number | null;
}

/** Says how the session's kernel is. Throws `runtimeTerminated`, `connectionTimeout`; `usage` without a session. */
export function kernelStatus(services: Services, signal: AbortSignal): Promise<KernelReport> {
  return onServer(services, signal, async ({ session, kernels, doorway }) =>
    reportOf(session, session.kernelId === null ? null : await kernels.get(doorway, session.kernelId, signal)),
  );
}

/** Restarts the kernel; its variables are lost. */
export function restartKernel(services: Services, signal: AbortSignal): Promise<KernelReport> {
  return onServer(services, signal, async ({ session, kernels, doorway }) => {
    const id = existing(session);
    if (!(await kernels.restart(doorway, id, signal))) throw gone(session);
    return reportOf(session, await kernels.get(doorway, id, signal));
  });
}

/** Interrupts what runs in the kernel, whoever started it. */
export function interruptKernel(services: Services, signal: AbortSignal): Promise<KernelReport> {
  return onServer(services, signal, async ({ session, kernels, doorway }) => {
    const id = existing(session);
    if (!(await kernels.interrupt(doorway, id, signal))) throw gone(session);
    return reportOf(session, await kernels.get(doorway, id, signal));
  });
}

interface Reached {
  readonly session: Session;
  readonly kernels: KernelServer;
  readonly doorway: Doorway;
}

async function onServer(
  services: Services,
  signal: AbortSignal,
  work: (reached: Reached) => Promise<KernelReport>,
): Promise<KernelReport> {
  const session = await sessionInUse(services);
  if (!session)
    throw new Failure('usage', 'there is no session', {
      hints: ['`lecoder-cgpu connect` or `lecoder-cgpu run` makes one'],
    });
  const kernels = await services.kernels();
  const way = await findWayIn(session, services, signal);
  return through(way, doorway => work({ session, kernels, doorway }));
}

function existing(session: Session): string {
  if (session.kernelId === null)
    throw new Failure('usage', `session \`${session.name}\` has no kernel yet`, {
      hints: ['the first `lecoder-cgpu run -k` starts it'],
    });
  return session.kernelId;
}

function gone(session: Session): Failure {
  return new Failure('kernelDied', `the kernel of session \`${session.name}\` is gone`, {
    hints: ['the next `lecoder-cgpu run -k` starts a new one'],
  });
}

function reportOf(session: Session, info: KernelInfo | null): KernelReport {
  return {
    session: session.name,
    id: info?.id ?? session.kernelId,
    name: info?.name ?? null,
    state: info?.state ?? (session.kernelId === null ? 'none' : 'dead'),
    lastActivity: info?.lastActivity ?? null,
    connections: info?.connections ?? null,
  };
}
