import type { CommandContext } from '../core/command.ts';
import { Failure } from '../core/failure.ts';
import type { RemoteFiles } from '../core/files.ts';
import { ANY_MACHINE } from '../core/runtime.ts';
import { ensureSession, sessionInUse } from './ensure-session.ts';
import { openKernel } from './open-kernel.ts';
import { touch } from './touch-session.ts';

export interface FilesWish {
  /** Get a machine when there is no session: sensible only for what brings something there. */
  readonly connect: boolean;
}

/** Works with the files of the session's runtime. Throws `usage` when there is no session and none is to be made. */
export async function withFiles<T>(
  { services, report, signal }: CommandContext,
  { connect }: FilesWish,
  work: (files: RemoteFiles) => Promise<T>,
): Promise<T> {
  const session = connect
    ? await ensureSession({ runtime: ANY_MACHINE, name: null }, services, report, signal)
    : await sessionInUse(services);
  if (!session)
    throw new Failure('usage', 'there is no session, so there are no files', {
      hints: ['`lecoder-cgpu connect` makes one'],
    });
  const [live, open] = await Promise.all([
    openKernel({ session, role: 'helper' }, services, report, signal),
    services.remoteHalf(),
  ]);
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
    return await work(half.files);
  } finally {
    undo();
    half.close();
    live.link.close();
    await touch(live.session, services);
  }
}
