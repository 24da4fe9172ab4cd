import type { CommandContext } from '../../core/command.ts';
import type { RemoteHalf } from '../../core/execution.ts';
import { isFailure } from '../../core/failure.ts';
import type { RemoteFiles } from '../../core/files.ts';
import type { Doorway } from '../../core/runtime.ts';
import type { Session } from '../../core/session.ts';
import type { OpenKernel } from '../sessions/open-kernel.ts';

/** Milliseconds without a word of the remote half after which we look why. */
const SILENT = 1500;
/** Milliseconds between two looks at a kernel: one that only serves us is busy for moments. */
const LOOK_AGAIN = 300;

export interface Serving {
  readonly live: OpenKernel;
  readonly half: RemoteHalf;
}

/**
 * Does the work by way of the kernel where it can serve. Where the server starts no second kernel and the one there is
 * is busy, or where it is no Python kernel, by way of the server's contents API: a note says so.
 */
export async function withFitFiles<T>(
  { live, half }: Serving,
  context: CommandContext,
  work: (files: RemoteFiles) => Promise<T>,
): Promise<T> {
  const { services, report, signal } = context;
  const reason = live.session.sharedKernel ? await unfitness(live, context) : null;
  const contents = async (why: string) => {
    void report({ type: 'note', text: `${why}: files go through the server's contents API` });
    return contentsOf(live.session, () => live.doorway, context);
  };
  if (reason === 'busy') {
    const files = await contents('the server starts no second kernel, and the one there is is busy');
    const openTree: RemoteFiles['openTree'] = (folder, until) => {
      void report({ type: 'queued' });
      return half.files.openTree(folder, until);
    };
    return work({ ...files, openTree });
  }
  if (reason === 'foreign') return work(await contents(FOREIGN));
  let foreign = false;
  const stop = onSilence(live, async () => {
    const why = await unfitness(live, context);
    if (why === 'busy') void report({ type: 'queued' });
    foreign = why === 'foreign';
    // Nothing was begun: such a kernel understands none of our calls.
    if (foreign) half.close();
  });
  try {
    return await work(half.files);
  } catch (error) {
    signal.throwIfAborted();
    if (!foreign && isFailure(error, 'runtimeUnavailable')) foreign = (await unfitness(live, context)) === 'foreign';
    if (!foreign) throw error;
    services.log.write('info', 'kernel', 'the kernel cannot hold the remote half');
    return work(await contents(FOREIGN));
  } finally {
    stop();
  }
}

const FOREIGN = 'the kernel is no Python kernel';

/** The files of that session's server, without a kernel. */
export async function contentsOf(
  session: Session,
  doorway: () => Doorway,
  { services }: Pick<CommandContext, 'services'>,
): Promise<RemoteFiles> {
  const open = await services.contentsFiles();
  // Colab's server shows the whole machine; of others it is not known where their root lies.
  const colab = session.provider === 'colab';
  return open({ doorway, root: colab ? '/' : null, folder: colab ? 'content' : '' });
}

/** Why the kernel cannot serve now, or null. */
async function unfitness(
  live: OpenKernel,
  { services, signal }: Pick<CommandContext, 'services' | 'signal'>,
): Promise<'busy' | 'foreign' | null> {
  const kernels = await services.kernels();
  const look = () => kernels.get(live.doorway, live.kernelId, signal);
  const kernel = await look();
  if (kernel === null) return null;
  const language = await kernels.language(live.doorway, kernel.name, signal);
  if (language !== null && language.toLowerCase() !== 'python') return 'foreign';
  if (kernel.state !== 'busy') return null;
  await services.host.sleep(LOOK_AGAIN, signal);
  return (await look())?.state === 'busy' ? 'busy' : null;
}

/** Calls back once when the remote half says nothing for a while. Returns what ends the watch. */
function onSilence({ link }: OpenKernel, act: () => Promise<void>): () => void {
  const clock = setTimeout(() => act().catch(() => {}), SILENT);
  const stop = link.onMessage(({ header }) => {
    if (header.msg_type === 'comm_msg') clearTimeout(clock);
  });
  return () => {
    clearTimeout(clock);
    stop();
  };
}
