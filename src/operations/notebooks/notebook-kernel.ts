import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { NotebookRunRequest } from '../../core/notebook-run.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import type { RunRecord } from '../../notebook/run-record.ts';
import { markOf } from '../sessions/kernel-life.ts';
import { type OpenKernel, openKernel } from '../sessions/open-kernel.ts';
import { openFormerKernel, openOwnKernel, removeKernel } from '../sessions/own-kernel.ts';
import { touch } from '../sessions/touch-session.ts';

export interface NotebookKernel {
  readonly live: OpenKernel;
  /** Made for this notebook; goes when it is closed. */
  readonly own: boolean;
  close(): Promise<void>;
}

/** The kernel that a notebook is to run in. Throws what `openKernel` throws. */
export async function openNotebookKernel(
  { kernel }: Pick<NotebookRunRequest, 'kernel'>,
  session: Session,
  services: Services,
  { report, signal }: { readonly report: Report; readonly signal: AbortSignal },
): Promise<NotebookKernel> {
  const own = kernel === 'new';
  const live = own
    ? await openOwnKernel(session, services, report, signal)
    : await openKernel({ session, role: 'user' }, services, report, signal);
  return notebookKernel(live, own, services);
}

/** The kernel of the run before, in the same life. Throws `kernelDied` when that is over: the variables are gone. */
export async function reopenNotebookKernel(
  record: RunRecord,
  session: Session | null,
  services: Services,
  { report, signal }: { readonly report: Report; readonly signal: AbortSignal },
): Promise<NotebookKernel> {
  const live = session && (await openFormerKernel(session, record.kernel, services, report, signal));
  if (!live) throw gone('the kernel of the last run is gone');
  const kernel = notebookKernel(live, record.own, services);
  try {
    const waiting = setTimeout(() => void report({ type: 'queued' }), QUEUED_AFTER);
    const mark = await markOf(live.link, services.host.uuid(), signal).finally(() => clearTimeout(waiting));
    if (mark !== record.marker) throw gone('the kernel was restarted after the last run');
    return kernel;
  } catch (error) {
    live.link.close();
    throw error;
  }
}

/** Milliseconds. */
const QUEUED_AFTER = 2000;

function gone(what: string): Failure {
  return new Failure('kernelDied', `${what}, and its variables with it: there is nothing to resume; nothing was run`, {
    hints: ['leave out `--resume` to run the notebook from its beginning'],
  });
}

function notebookKernel(live: OpenKernel, own: boolean, services: Services): NotebookKernel {
  return {
    live,
    own,
    async close() {
      live.link.close();
      if (own) await removeKernel(live, services);
      await touch(live.session, services);
    },
  };
}
