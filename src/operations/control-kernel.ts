import type { KernelInfo, KernelServer } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import type { Doorway } from '../core/runtime.ts';
import type { Services } from '../core/services.ts';
import type { Session } from '../core/session.ts';
import { sessionInUse } from './ensure-session.ts';
import { reachServer } from './reach-server.ts';

export interface KernelReport {
  readonly session: string;
  readonly id: string | null;
  readonly name: string | null;
  /** As the server spells it; `none` before the first run. */
  readonly state: string;
  readonly lastActivity: string | null;
  readonly connections: number | null;
}

interface Reached {
  readonly session: Session;
  readonly kernels: KernelServer;
  readonly doorway: Doorway;
}

/** Says how the session's kernel is. Throws `runtimeTerminated`, `connectionTimeout`; `usage` without a session. */
export async function kernelStatus(services: Services, signal: AbortSignal): Promise<KernelReport> {
  const { session, kernels, doorway } = await reach(services, signal);
  const info = session.kernelId === null ? null : await kernels.get(doorway, session.kernelId, signal);
  return reportOf(session, info);
}

/** Restarts the kernel; its variables are lost. */
export async function restartKernel(services: Services, signal: AbortSignal): Promise<KernelReport> {
  const { session, kernels, doorway } = await reach(services, signal);
  const id = existing(session);
  if (!(await kernels.restart(doorway, id, signal))) throw gone(session);
  return reportOf(session, await kernels.get(doorway, id, signal));
}

/** Interrupts what runs in the kernel, whoever started it. */
export async function interruptKernel(services: Services, signal: AbortSignal): Promise<KernelReport> {
  const { session, kernels, doorway } = await reach(services, signal);
  const id = existing(session);
  if (!(await kernels.interrupt(doorway, id, signal))) throw gone(session);
  return reportOf(session, await kernels.get(doorway, id, signal));
}

async function reach(services: Services, signal: AbortSignal): Promise<Reached> {
  const session = await sessionInUse(services);
  if (!session)
    throw new Failure('usage', 'there is no session', {
      hints: ['`lecoder-cgpu connect` or `lecoder-cgpu run` makes one'],
    });
  const kernels = await services.kernels();
  return { session, kernels, doorway: await reachServer(session, services, signal) };
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
