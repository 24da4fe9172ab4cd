import type { CommandContext } from '../core/command.ts';
import type { Report } from '../core/events.ts';
import { Failure, isFailure } from '../core/failure.ts';
import type { Services } from '../core/services.ts';
import type { Session } from '../core/session.ts';
import { changeSession, ensureSession, sessionInUse } from './ensure-session.ts';
import { type MachineInput, machineWish } from './machine-wish.ts';
import { openKernel } from './open-kernel.ts';

const LOGIN_SHELL = 'exec "$(command -v "$SHELL" || command -v bash || echo sh)" -l';

export interface ConnectWish extends MachineInput {
  readonly name: string | null;
  /** Seconds; 0 for no limit. */
  readonly timeout: number;
  /** Seconds; 0 for not at all. */
  readonly keepAlive: number;
  readonly shell: boolean;
  readonly detach: boolean;
}

export interface Connected {
  readonly session: { readonly id: string; readonly name: string; readonly createdAt: string };
  readonly runtime: { readonly id: string; readonly label: string; readonly type: string; readonly gpu: string | null };
  readonly kernel: { readonly id: string };
  readonly fresh: boolean;
  /** True when an interactive shell was opened and has ended. */
  readonly shell: boolean;
}

/**
 * Gets a machine, starts its kernel and makes the session the active one; where machines need pings it is kept from
 * now on. On a terminal it then opens a shell there, unless told not to. Throws `connectionTimeout` when `timeout`
 * passes first.
 */
export async function connect(wish: ConnectWish, context: CommandContext): Promise<Connected> {
  const { services } = context;
  const before = wish.name === null ? await sessionInUse(services) : null;
  const { active, kernelId } = await establish(wish, context);
  await keep(active, wish.keepAlive, services);
  const shell = await shellWanted(wish, context, active.name);
  const { id, label, variant, accelerator } = active.runtime;
  return {
    session: { id: active.id, name: active.name, createdAt: active.createdAt },
    runtime: { id, label, type: variant, gpu: accelerator },
    kernel: { id: kernelId },
    fresh: before?.id !== active.id,
    shell,
  };
}

async function establish(
  wish: ConnectWish,
  { services, report, signal: stopped }: CommandContext,
): Promise<{ active: Session; kernelId: string }> {
  const limit = wish.timeout === 0 ? null : AbortSignal.timeout((wish.timeout + wish.wait) * 1000);
  const signal = limit ? AbortSignal.any([stopped, limit]) : stopped;
  let session: Session | null = null;
  try {
    session = await ensureSession({ runtime: machineWish(wish), name: wish.name }, services, report, signal);
    const live = await openKernel({ session, role: 'user' }, services, report, signal);
    live.link.close();
    const active = await changeSession(services, live.session.id, { lastActivity: services.host.now().toISOString() });
    await services.sessions.update(list => ({ ...list, active: active.id }));
    return { active, kernelId: live.kernelId };
  } catch (error) {
    if (!limit?.aborted || stopped.aborted) throw namingTheMachine(error, session);
    const hints = ['raise `--timeout`, or give `--wait` to wait for capacity'];
    const late = new Failure('connectionTimeout', `no connection within ${wish.timeout} s`, { hints, cause: error });
    throw namingTheMachine(late, session);
  }
}

/** A machine that was got and could not be used yet goes on costing: the error says so. */
function namingTheMachine(error: unknown, session: Session | null): unknown {
  if (session?.provider !== 'colab' || !isFailure(error) || error.kind === 'runtimeTerminated') return error;
  const hints = [...(error.facts.hints ?? []), `\`lecoder-cgpu sessions close ${session.name}\` frees the machine`];
  return new Failure(error.kind, error.message, { ...error.facts, hints, billing: [session.runtime.label] });
}

/** Until the given time the machine is pinged by a small process in the background. */
async function keep(session: Session, seconds: number, services: Services): Promise<void> {
  const provider = await services.provider(session.provider);
  if (!provider.needsKeepAlive) return;
  const until = new Date(services.host.now().getTime() + seconds * 1000).toISOString();
  await changeSession(services, session.id, { keepAliveUntil: seconds === 0 ? null : until });
  const { ensureKeeper } = await import('./keeper.ts');
  await ensureKeeper(services);
}

/** An interactive shell is for a person at a terminal who did not ask for JSON. */
async function shellWanted(
  wish: ConnectWish,
  { services, report, signal }: CommandContext,
  name: string,
): Promise<boolean> {
  const { host, flags } = services;
  if (!wish.shell || wish.detach || flags.json || flags.jsonLines || !host.stdin.isTerminal || !host.stdout.isTerminal)
    return false;
  void report({ type: 'note', text: `connected to session \`${name}\`; leave the shell with \`exit\`` });
  const { runRemote } = await import('./run-remote.ts');
  const settings = {
    timeout: null,
    env: {},
    secrets: new Map<string, string>(),
    folder: null,
    forwardInput: true,
    maxOutput: null,
    outputDir: null,
    receipt: true,
  };
  const session = {
    runtime: machineWish({ gpu: [], cpu: false, highMem: false, newRuntime: false, wait: 0, strict: false }),
    name: null,
  };
  // The status with which a person leaves a shell is no failure to report.
  const quiet: Report = event => (event.type === 'error' ? undefined : report(event));
  await runRemote(
    { mode: 'terminal', code: LOGIN_SHELL, terminal: true, session, ...settings },
    services,
    quiet,
    signal,
  );
  return true;
}
