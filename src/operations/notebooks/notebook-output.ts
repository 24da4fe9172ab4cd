import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { LockHolder } from '../../core/services.ts';

/** Milliseconds another run may still take to let go of its output. */
const PATIENCE = 500;

/**
 * Does the work while no other run writes that output; a run that was killed holds nothing. Throws `usage` when one does: what both
 * save would replace each other's results.
 */
export async function alone<T>(
  output: string,
  { services, signal }: CommandContext,
  work: () => Promise<T>,
): Promise<T> {
  const { locks } = services;
  const name = await lockFor(output);
  const patience = AbortSignal.timeout(PATIENCE);
  let ours = false;
  const begin = () => {
    ours = true;
    return work();
  };
  try {
    return await locks.hold(name, begin, AbortSignal.any([signal, patience]));
  } catch (error) {
    if (ours || signal.aborted || !patience.aborted) throw error;
    throw taken(output, locks.holder(name));
  }
}

/** By the place on the disk, whichever way it was named. */
async function lockFor(output: string): Promise<string> {
  const folder = await realpath(dirname(output)).catch(() => dirname(output));
  const place = await realpath(output).catch(() => join(folder, basename(output)));
  return `notebook-${createHash('sha256').update(place).digest('hex').slice(0, 16)}`;
}

function taken(output: string, holder: LockHolder | null): Failure {
  const who = holder === null ? '' : ` (process ${holder.pid}, since ${holder.since})`;
  return new Failure('usage', `another \`notebook run\`${who} is writing \`${output}\``, {
    hints: ['wait for its end, or name another file with `--output`'],
  });
}
