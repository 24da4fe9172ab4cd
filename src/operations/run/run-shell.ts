import type { Execution, RemoteHalf, ShellCommand, ShellRun, TerminalSize } from '../../core/execution.ts';
import type { Host } from '../../core/host.ts';
import type { Session } from '../../core/session.ts';
import { openKernel } from '../sessions/open-kernel.ts';
import { touch } from '../sessions/touch-session.ts';
import type { RunContext } from './run-remote.ts';

/** Runs a command beside the kernel: a busy kernel does not hold it up, nor does another command. */
export async function runShell(context: RunContext, session: Session): Promise<Execution> {
  const { services, execution, report, signal, request } = context;
  const { sync } = request;
  const before = sync === undefined ? null : (await import('./run-sync.ts')).syncBefore(sync, context);
  const [live, open] = await Promise.all([
    openKernel({ session, role: 'helper' }, services, report, signal),
    services.remoteHalf(),
  ]);
  const half = open(live.link);
  try {
    const folder = before ? await before.sync({ files: half.files, session: live.session }) : request.folder;
    void report({ type: 'started', execution, session: live.session.name, mode: 'terminal' });
    const run = { ...context, request: { ...request, folder } };
    return { outcome: await (request.terminal ? onTerminal : piped)(run, half), executionCount: null };
  } finally {
    half.close();
    live.link.close();
    await touch(live.session, services);
  }
}

async function piped(context: RunContext, half: RemoteHalf): Promise<Execution['outcome']> {
  const { host } = context.services;
  const input = context.request.forwardInput ? host.stdin.chunks() : null;
  const run = half.shell({ ...command(context), input, terminal: null }, context.report);
  const undo = forwardInterrupts(run, host, context.signal);
  try {
    const outcome = await run.outcome;
    // What our own Ctrl-C ended was interrupted, whatever status the command gave itself on its way out.
    return context.signal.aborted ? { kind: 'interrupted', traceback: [] } : outcome;
  } finally {
    undo();
  }
}

/** With a terminal of its own the command gets every key, Ctrl-C among them, as it is typed. */
async function onTerminal(context: RunContext, half: RemoteHalf): Promise<Execution['outcome']> {
  const { host } = context.services;
  const size = (): TerminalSize => ({ columns: host.stdout.columns, rows: host.stdout.rows });
  const restore = host.stdin.isTerminal ? host.stdin.rawMode() : () => {};
  try {
    const run = half.shell(
      {
        ...command(context),
        env: { TERM: host.env.TERM ?? 'xterm-256color', ...environment(context.request) },
        input: context.request.forwardInput || host.stdin.isTerminal ? host.stdin.chunks() : null,
        terminal: size(),
        onResize: listener => host.stdout.onResize(() => listener(size())),
      },
      context.report,
    );
    const undo = host.onInterrupt(() => run.signal('SIGHUP'));
    return await run.outcome.finally(undo);
  } finally {
    restore();
  }
}

/** A command gets its secrets where programs look for them. */
function environment({ env, secrets }: RunContext['request']): Record<string, string> {
  return { ...env, ...Object.fromEntries(secrets) };
}

function command({ request }: RunContext): Pick<ShellCommand, 'command' | 'timeout' | 'env' | 'folder'> {
  return { command: request.code, timeout: request.timeout, env: environment(request), folder: request.folder };
}

/**
 * The first Ctrl-C is the command's to handle; with the second we leave, and it must not run on unseen. When we stop
 * for another reason (nobody reads the output any more) it ends as it would with its terminal.
 */
function forwardInterrupts(run: ShellRun, host: Host, signal: AbortSignal): () => void {
  let count = 0;
  const undo = host.onInterrupt(cause => {
    count += 1;
    run.signal(count > 1 ? 'SIGKILL' : cause);
  });
  const abandoned = () => queueMicrotask(() => count === 0 && run.signal('SIGHUP'));
  if (signal.aborted) abandoned();
  else signal.addEventListener('abort', abandoned, { once: true });
  return () => {
    undo();
    signal.removeEventListener('abort', abandoned);
  };
}
