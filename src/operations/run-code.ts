import type { Cell, Execution } from '../core/execution.ts';
import type { Services } from '../core/services.ts';
import type { Session } from '../core/session.ts';
import { openKernel } from './open-kernel.ts';
import type { RunContext } from './run-remote.ts';
import { touch } from './touch-session.ts';

/** Runs code in the session's kernel, where variables of earlier runs are. */
export async function runCode(
  { request, execution, services, report, signal }: RunContext,
  session: Session,
): Promise<Execution> {
  const [live, executor] = await Promise.all([
    openKernel({ session, role: 'user' }, services, report, signal),
    services.executor(),
  ]);
  try {
    void report({ type: 'started', execution, session: live.session.name, mode: 'kernel' });
    const unaborted = new AbortController().signal;
    const control = {
      interrupt: async () => (await services.kernels()).interrupt(live.doorway, live.kernelId, unaborted),
      restart: async () => (await services.kernels()).restart(live.doorway, live.kernelId, unaborted),
    };
    const code = request.folder === null ? request.code : inFolder(request.folder, request.code);
    const cell: Cell = { code, timeout: request.timeout, env: request.env, answer: answerFrom(services) };
    return await executor(live.link, cell, control, report, signal);
  } finally {
    live.link.close();
    await touch(live.session, services);
  }
}

/** As the `%cd` magic would: the kernel stays in that folder, which is what a person typing it would get. */
function inFolder(folder: string, code: string): string {
  return `import os as _os; _os.chdir(${JSON.stringify(folder)}); del _os\n${code}`;
}

/** `input()` and `getpass()` are for a person at a terminal; without one Python says so in the cell. */
function answerFrom({ host, flags }: Services): Cell['answer'] {
  if (!host.stdin.isTerminal || !flags.input) return null;
  // ipykernel's getpass() drops Python's own default prompt; a person at a blank line would not know what is wanted.
  return (prompt, hidden, signal) =>
    host.stdin.readLine(hidden && prompt === '' ? 'Password: ' : prompt, { hidden, signal });
}
