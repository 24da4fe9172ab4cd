import type { CommandContext } from '../../core/command.ts';
import type { Mode } from '../../core/events.ts';
import type { ErrorReport } from '../../core/run-report.ts';
import { ANY_MACHINE } from '../../core/runtime.ts';
import type { Session } from '../../core/session.ts';
import { runRemote } from './run-remote.ts';

export interface Beforehand {
  readonly startupCommand: string | null;
  readonly startupCode: string | null;
}

/** Runs the command, then the code; returns why one failed, or null. After a command that failed the code is not run. */
export async function runBeforehand(
  { startupCommand, startupCode }: Beforehand,
  session: Session,
  context: CommandContext,
): Promise<ErrorReport | null> {
  const failed = startupCommand === null ? null : await run('terminal', startupCommand, session, context);
  if (failed !== null || startupCode === null) return failed;
  return run('kernel', startupCode, session, context);
}

/** All of stdin as one program for the kernel. Nothing on stdin is nothing to do. */
export async function runProgram(session: Session, context: CommandContext): Promise<ErrorReport | null> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of context.services.host.stdin.chunks(context.signal)) chunks.push(chunk);
  context.signal.throwIfAborted();
  const code = Buffer.concat(chunks).toString('utf8');
  return code.trim() === '' ? null : run('kernel', code, session, context);
}

async function run(
  mode: Mode,
  code: string,
  session: Session,
  { services, report, signal }: CommandContext,
): Promise<ErrorReport | null> {
  const settings = { env: {}, secrets: new Map<string, string>(), folder: null, maxOutput: null, outputDir: null };
  const rest = { timeout: null, terminal: false, forwardInput: false, receipt: false };
  const wish = { runtime: ANY_MACHINE, name: null };
  // By name: the session that was just connected is meant, whichever is the active one by now.
  const named = { ...services, flags: { ...services.flags, session: session.id } };
  const { error } = await runRemote({ mode, code, session: wish, ...settings, ...rest }, named, report, signal);
  return error ?? null;
}
