import type { CommandContext } from '../../core/command.ts';
import type { Mode } from '../../core/events.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { ReplScreen } from '../../core/repl.ts';
import type { ErrorReport } from '../../core/run-report.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import type { TerminalRoad } from '../../core/terminal.ts';
import { changeSession, ensureSession, sessionInUse } from '../sessions/ensure-session.ts';
import { type MachineInput, machineWish } from '../sessions/machine-wish.ts';
import { openKernel } from '../sessions/open-kernel.ts';

export interface ConnectWish extends MachineInput {
  readonly name: string | null;
  /** Seconds; 0 for no limit. */
  readonly timeout: number;
  /** Seconds; 0 for not at all. */
  readonly keepAlive: number;
  readonly shell: boolean;
  readonly detach: boolean;
  /** What is opened for a person; null for a shell. */
  readonly mode: Mode | null;
  /** Run before anything is opened, and also when nothing is: the command on the machine, the code in the kernel. */
  readonly startupCommand: string | null;
  readonly startupCode: string | null;
  /** The way to the shell; `auto` when absent. */
  readonly terminal?: TerminalRoad;
  /** Of a terminal of the Jupyter server that stays when we leave. */
  readonly terminalName?: string | null;
}

export interface Connected {
  readonly session: { readonly id: string; readonly name: string; readonly createdAt: string };
  readonly runtime: { readonly id: string; readonly label: string; readonly type: string; readonly gpu: string | null };
  readonly kernel: { readonly id: string };
  readonly fresh: boolean;
  /** True when an interactive shell or prompt was opened and has ended. */
  readonly shell: boolean;
  /** Its status; null when none was opened, when it was left by the escape, or where nobody tells it. */
  readonly exitStatus: number | null;
  /** What was to be run first, or the program on stdin, failed. */
  readonly error?: ErrorReport;
}

/**
 * Gets a machine, starts its kernel and makes the session the active one; where machines need pings it is kept from
 * now on. On a terminal it then opens a shell there, or a prompt for the kernel, unless told not to; a program on stdin
 * is run in the kernel when that was asked for. Throws `connectionTimeout` when `timeout` passes first.
 */
export async function connect(
  wish: ConnectWish,
  context: CommandContext,
  screen: () => Promise<ReplScreen>,
): Promise<Connected> {
  const { services } = context;
  const before = wish.name === null ? await sessionInUse(services) : null;
  const { active, kernelId } = await establish(wish, context);
  await keep(active, wish.keepAlive, services);
  const used = await use({ wish, session: active, screen }, context);
  const { id, label, variant, accelerator } = active.runtime;
  return {
    session: { id: active.id, name: active.name, createdAt: active.createdAt },
    runtime: { id, label, type: variant, gpu: accelerator },
    kernel: { id: kernelId },
    fresh: before?.id !== active.id,
    ...used,
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
  const { ensureKeeper } = await import('../sessions/keeper.ts');
  await ensureKeeper(services);
}

interface Use {
  readonly wish: ConnectWish;
  readonly session: Session;
  readonly screen: () => Promise<ReplScreen>;
}

type Used = Pick<Connected, 'shell' | 'exitStatus' | 'error'>;

/** A shell or a prompt is for a person at a terminal who did not ask for JSON. */
async function use({ wish, session, screen }: Use, context: CommandContext): Promise<Used> {
  const { host, flags } = context.services;
  const quiet = !wish.shell || wish.detach || flags.json || flags.jsonLines;
  const atTerminal = host.stdin.isTerminal && host.stdout.isTerminal;
  if (!quiet && atTerminal && wish.mode === 'kernel') return onPrompt({ wish, session, screen }, context);
  if (!quiet && atTerminal) return inShell(wish, session, context);
  const { runBeforehand, runProgram } = await import('../run/run-program.ts');
  const error = await runBeforehand(wish, session, context);
  if (error !== null || quiet || wish.mode !== 'kernel' || host.stdin.isTerminal) return closed(error);
  return closed(await runProgram(session, context));
}

function closed(error: ErrorReport | null): Used {
  return { shell: false, exitStatus: null, ...(error === null ? {} : { error }) };
}

async function onPrompt({ wish, session, screen }: Use, context: CommandContext): Promise<Used> {
  const [{ repl }, { runBeforehand }] = await Promise.all([import('./repl.ts'), import('../run/run-program.ts')]);
  await runBeforehand({ ...wish, startupCode: null }, session, context);
  const text = `connected to the kernel of session \`${session.name}\`; leave with \`exit\` or Ctrl-D`;
  await context.report({ type: 'note', text });
  return { shell: true, exitStatus: await repl({ session, startupCode: wish.startupCode }, await screen(), context) };
}

async function inShell(wish: ConnectWish, session: Session, context: CommandContext): Promise<Used> {
  const [{ openTerminal }, { checkRoad }, { runBeforehand }] = await Promise.all([
    import('./open-terminal.ts'),
    import('./choose-road.ts'),
    import('../run/run-program.ts'),
  ]);
  const { startupCommand, terminal: road = 'auto', terminalName = null } = wish;
  checkRoad({ session, road, terminalName });
  await runBeforehand({ ...wish, startupCommand: null }, session, context);
  const text = `connected to session \`${session.name}\`; leave the shell with \`exit\`, or with Enter and \`~.\``;
  await context.report({ type: 'note', text });
  return { shell: true, exitStatus: await openTerminal({ session, startupCommand, road, terminalName }, context) };
}
