import type { CommandContext } from '../../core/command.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { RemoteFiles } from '../../core/files.ts';
import { ANY_MACHINE } from '../../core/runtime.ts';
import type { Session } from '../../core/session.ts';
import { ensureSession, sessionInUse } from '../sessions/ensure-session.ts';
import { openKernel } from '../sessions/open-kernel.ts';
import { reachServer } from '../sessions/reach-server.ts';
import { touch } from '../sessions/touch-session.ts';

export interface FilesWish {
  /** Get a machine when there is no session: sensible only for what brings something there. */
  readonly connect: boolean;
}

/** Works with the files of the session's runtime. Throws `usage` when there is no session and none is to be made. */
export async function withFiles<T>(
  { services, report, signal }: CommandContext,
  { connect }: FilesWish,
  work: (files: RemoteFiles, session: Session) => Promise<T>,
): Promise<T> {
  const session = connect
    ? await ensureSession({ runtime: ANY_MACHINE, name: null }, services, report, signal)
    : await sessionInUse(services);
  if (!session)
    throw new Failure('usage', 'there is no session, so there are no files', {
      hints: ['`lecoder-cgpu connect` makes one'],
    });
  return overFiles(session, { services, report, signal }, work);
}

/** Works with the files of that session's runtime, by way of its helper kernel. */
export async function overFiles<T>(
  session: Session,
  { services, report, signal }: CommandContext,
  work: (files: RemoteFiles, session: Session) => Promise<T>,
): Promise<T> {
  const opening = Promise.all([
    openKernel({ session, role: 'helper' }, services, report, signal),
    services.remoteHalf(),
  ]);
  const opened = await opening.catch(error => {
    if (!isFailure(error, 'runtimeUnavailable', 'forbidden')) throw error;
    return null;
  });
  if (opened === null) return withoutKernel(session, { services, report, signal }, work);
  const [live, open] = opened;
  const half = open(live.link);
  const undo = live.link.onState(state => {
    if (state.state === 'lost') return;
    void report(
      state.state === 'reconnected'
        ? { type: 'reconnected' }
        : { type: 'reconnecting', attempt: state.attempt, reason: state.reason },
    );
  });
  try {
    const { withFitFiles } = await import('./fit-files.ts');
    return await withFitFiles({ live, half }, { services, report, signal }, files => work(files, live.session));
  } finally {
    undo();
    half.close();
    live.link.close();
    await touch(live.session, services);
  }
}

/** Works with the files of a server that starts no kernel at all. */
async function withoutKernel<T>(
  session: Session,
  { services, report, signal }: CommandContext,
  work: (files: RemoteFiles, session: Session) => Promise<T>,
): Promise<T> {
  const doorway = await reachServer(session, services, signal);
  const { contentsOf } = await import('./fit-files.ts');
  void report({ type: 'note', text: "the server starts no kernel: files go through the server's contents API" });
  return work(await contentsOf(session, () => doorway, { services }), session);
}
