import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import type { OutputFile } from './transcript.ts';

/** A file of our own for the whole output of a run, readable by this user only. Throws `ioError` on a full disk. */
export function outputFile(host: Host, execution: string): OutputFile {
  const path = join(host.folders.temporary, `lecoder-cgpu-${execution}.txt`);
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx' });
  let broken: Failure | null = null;
  file.on('error', error => {
    broken = new Failure('ioError', `cannot write the output to \`${path}\``, { details: error.message, cause: error });
  });
  return {
    path,
    write(data) {
      if (broken) throw broken;
      if (file.write(data)) return;
      return new Promise(resolve => {
        file.once('drain', resolve).once('error', () => resolve());
      });
    },
    async close(keep) {
      if (!broken) await new Promise<void>(resolve => file.end(() => resolve()));
      if (broken) throw broken;
      if (!keep) await rm(path, { force: true });
    },
  };
}
