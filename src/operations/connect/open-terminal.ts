import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import { ANY_MACHINE } from '../../core/runtime.ts';
import { type Ended, startRecording } from '../run/recording.ts';
import { entry, type RunRequest, remember } from '../run/run-remote.ts';
import { holdOpen } from '../sessions/hold-open.ts';
import { cannotBeUsed, chooseRoad, type TerminalWish } from './choose-road.ts';
import { RawTerminal } from './raw-terminal.ts';
import type { ShellRoad } from './shell-road.ts';

/**
 * A shell on the session's machine in this terminal. Returns its status; null when the person left it by the escape, or
 * where nobody tells it. The terminal is afterwards as it was, however this ends. Throws `webSocketError` when the
 * connection is lost for good, and what opening the way to the shell throws.
 */
export async function openTerminal(wish: TerminalWish, context: CommandContext): Promise<number | null> {
  const { services, signal } = context;
  const execution = services.host.uuid();
  const request = requestFor(wish);
  const recording = await startRecording(request, execution, services, context.report);
  let status: number | null = null;
  let ended: Ended = { outcome: { kind: 'ok' }, executionCount: null };
  try {
    status = await reach(wish, { ...context, report: recording.report });
    if (signal.aborted) ended = { outcome: { kind: 'interrupted', traceback: [] }, executionCount: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    ended = error;
  }
  const { run } = await recording.finish(ended);
  // The status with which a person leaves a shell is no failure of anything.
  const kept = { ...run, exitCode: status ?? run.exitCode };
  await remember(entry(kept, { execution, request, session: wish.session }), services, context.report);
  if (ended instanceof Failure) throw ended;
  signal.throwIfAborted();
  return status;
}

async function reach(wish: TerminalWish, context: CommandContext): Promise<number | null> {
  const { services, report, signal } = context;
  const terminal = new RawTerminal(services.host, report);
  const letGo = holdOpen(wish.session, services, report, signal);
  try {
    const { road, instead } = await chooseRoad(wish, context);
    try {
      return await through(road, terminal, signal);
    } catch (error) {
      if (instead === null || !cannotBeUsed(error)) throw error;
      return await through(await instead(error), terminal, signal);
    }
  } finally {
    letGo();
  }
}

async function through(road: ShellRoad, terminal: RawTerminal, signal: AbortSignal): Promise<number | null> {
  try {
    return await terminal.attach(road, signal);
  } finally {
    await road.close();
  }
}

function requestFor({ startupCommand }: TerminalWish): RunRequest {
  return {
    mode: 'terminal',
    code: startupCommand ?? 'exec "$SHELL" -l',
    timeout: null,
    env: {},
    secrets: new Map(),
    session: { runtime: ANY_MACHINE, name: null },
    folder: null,
    terminal: true,
    forwardInput: true,
    maxOutput: null,
    outputDir: null,
    receipt: false,
  };
}
