import { createHash } from 'node:crypto';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { ByteSink, Transfer, TransferWish } from '../../core/files.ts';
import type { Host } from '../../core/host.ts';
import { withFiles } from './open-files.ts';
import { localPath } from './push-files.ts';

export interface PullOrder extends TransferWish {
  /** What to fetch; the last of several is the place, unless `to` says it. `-` as the place is standard output. */
  readonly words: readonly string[];
  readonly to: string | null;
}

/** Fetches files and folders from the runtime. Throws `usage`, and what `RemoteFiles.pull` throws. */
export async function pullFiles(order: PullOrder, context: CommandContext): Promise<Transfer> {
  const { words, to, resume, verify } = order;
  const { host, flags, locks } = context.services;
  if (words.some(word => word === '')) throw new Failure('usage', 'the name of a file is empty');
  const named = to === null && words.length > 1;
  const place = to ?? (named ? (words.at(-1) ?? '.') : '.');
  const sources = named ? words.slice(0, -1) : words;
  if (place === '-' && (flags.json || flags.jsonLines))
    throw new Failure('usage', 'with `--json` standard output is taken', { hints: ['name a local file'] });
  const target = place === '-' ? stdoutSink(host) : localPath(place, host.folders.work);
  const pull = () =>
    withFiles(context, { connect: false }, files =>
      files.pull({ sources, target, resume, verify, platform: host.platform }, context.report, context.signal),
    );
  if (typeof target !== 'string') return pull();
  // Two that fetch the same would write into one file; the second finds it done.
  const name = createHash('sha256')
    .update(JSON.stringify([target, sources]))
    .digest('hex')
    .slice(0, 16);
  return locks.hold(`download-${name}`, pull, context.signal);
}

/** Bytes as they are to standard output, no faster than they are read. */
export function stdoutSink({ stdout }: Pick<Host, 'stdout'>): ByteSink {
  return piece => (stdout.write(piece) ? undefined : stdout.drained());
}
