import type { CommandContext } from '../core/command.ts';
import type { Report } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import { changeSession, ensureSession, sessionInUse } from './ensure-session.ts';
import { type MachineInput, machineWish } from './machine-wish.ts';
import { openKernel } from './open-kernel.ts';

const LOGIN_SHELL = 'exec "$(command -v "$SHELL" || command -v bash || echo sh)" -l';

export interface ConnectWish extends MachineInput {
  readonly name: string | null;
  /** Seconds; 0 for no limit. */
  readonly timeout: number;
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
 * Gets a machine, starts its kernel and makes the session the active one. On a terminal it then opens a shell there,
 * unless told not to. Throws `connectionTimeout` when `timeout` passes first.
 */
export async function connect(wish: ConnectWish, context: CommandContext): Promise<Connected> {
  const { services, report } = context;
  const limit = wish.timeout === 0 ? null : AbortSignal.timeout((wish.timeout + wish.wait) * 1000);
  const signal = limit ? AbortSignal.any([context.signal, limit]) : context.signal;
  try {
    const before = wish.name === null ? await sessionInUse(services) : null;
    const session = await ensureSession({ runtime: machineWish(wish), name: wish.name }, services, report, signal);
    const live = await openKernel({ session, role: 'user' }, services, report, signal);
    live.link.close();
    const active = await changeSession(services, live.session.id, { lastActivity: services.host.now().toISOString() });
    await services.sessions.update(list => ({ ...list, active: active.id }));
    const shell = await shellWanted(wish, context, active.name);
    const { id, label, variant, accelerator } = active.runtime;
    return {
      session: { id: active.id, name: active.name, createdAt: active.createdAt },
      runtime: { id, label, type: variant, gpu: accelerator },
      kernel: { id: live.kernelId },
      fresh: before?.id !== active.id,
      shell,
    };
  } catch (error) {
    if (!limit?.aborted || context.signal.aborted) throw error;
    throw new Failure('connectionTimeout', `no connection within ${wish.timeout} s`, {
      hints: ['raise `--timeout`, or give `--wait` to wait for capacity'],
      cause: error,
    });
  }
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
  const settings = { timeout: null, env: {}, folder: null, forwardInput: true, maxOutput: null, outputDir: null };
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
