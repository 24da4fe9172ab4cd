import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { ByteSink } from '../../core/files.ts';
import { withFiles } from './open-files.ts';
import { stdoutSink } from './pull-files.ts';

/** Bytes of a file that still go into one JSON object. */
const MOST = 64 * 1024 * 1024;

export interface Shown {
  readonly bytes: number;
  /** Where the bytes are UTF-8; `base64` where they are not; neither when they went to standard output. */
  readonly text?: string;
  readonly base64?: string;
}

/** Writes remote files to standard output as they are; with `--json` they are in the answer. */
export async function showFiles(paths: readonly string[], context: CommandContext): Promise<Shown> {
  const { host, flags } = context.services;
  const kept: Uint8Array[] | null = flags.json || flags.jsonLines ? [] : null;
  const write = stdoutSink(host);
  let bytes = 0;
  const sink: ByteSink = piece => {
    bytes += piece.byteLength;
    if (kept === null) return write(piece);
    if (bytes > MOST)
      throw new Failure('fileTooLarge', `more than ${MOST / 1024 / 1024} MB do not go into one JSON object`, {
        hints: ['fetch it with `lecoder-cgpu download`'],
      });
    kept.push(piece);
  };
  await withFiles(context, { connect: false }, files => files.cat(paths, sink, context.signal));
  if (kept === null) return { bytes };
  const whole = Buffer.concat(kept);
  try {
    return { bytes, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(whole) };
  } catch {
    return { bytes, base64: whole.toString('base64') };
  }
}
