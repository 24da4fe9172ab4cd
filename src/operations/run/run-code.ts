import type { Cell, Execution } from '../../core/execution.ts';
import type { CellControl, Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { colabAnswers } from '../sessions/colab-answers.ts';
import { type OpenKernel, openKernel } from '../sessions/open-kernel.ts';
import { renewing } from '../sessions/reach-server.ts';
import { touch } from '../sessions/touch-session.ts';
import type { RunContext } from './run-remote.ts';

/** Runs code in the session's kernel, where variables of earlier runs are. */
export async function runCode(
  { request, execution, services, report, signal }: RunContext,
  session: Session,
): Promise<Execution> {
  const context = { services, report, signal };
  const folder =
    request.sync === undefined
      ? null
      : await (await import('./run-sync.ts')).syncOnHelper(request.sync, session, context);
  const [live, executor] = await Promise.all([
    openKernel({ session, role: 'user' }, services, report, signal),
    services.executor(),
  ]);
  try {
    void report({ type: 'started', execution, session: live.session.name, mode: 'kernel' });
    const control = kernelControl(live, services);
    const cell: Cell = {
      code: request.code,
      timeout: request.timeout,
      env: environment(request, live.session),
      ...(folder === null ? {} : { folder }),
      answer: answerFrom(services),
      colab: colabAnswers(live.session, request.secrets, services),
    };
    return await executor(live.link, cell, control, report, signal);
  } finally {
    live.link.close();
    await touch(live.session, services);
  }
}

/** Works while the run itself is being stopped. */
export function kernelControl(live: OpenKernel, services: Services): CellControl {
  const unaborted = new AbortController().signal;
  const act = async (what: 'interrupt' | 'restart') => {
    const kernels = await services.kernels();
    return renewing(live, services, unaborted, doorway => kernels[what](doorway, live.kernelId, unaborted));
  };
  return { interrupt: () => act('interrupt'), restart: () => act('restart') };
}

/** Colab's code asks for its secrets; elsewhere they are where programs look for them. */
export function environment(
  { env, secrets }: Pick<RunContext['request'], 'env' | 'secrets'>,
  { provider }: Session,
): Record<string, string> {
  return provider === 'colab' ? { ...env } : { ...env, ...Object.fromEntries(secrets) };
}

/** `input()` and `getpass()` are for a person at a terminal; without one Python says so in the cell. */
export function answerFrom({ host, flags }: Services): Cell['answer'] {
  if (!host.stdin.isTerminal || !flags.input) return null;
  // ipykernel's getpass() drops Python's own default prompt; a person at a blank line would not know what is wanted.
  return (prompt, hidden, signal) =>
    host.stdin.readLine(hidden && prompt === '' ? 'Password: ' : prompt, { hidden, signal });
}
