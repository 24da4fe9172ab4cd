import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { sentence } from './failures.ts';

/** Bytes, on nearly every file system. */
const LONGEST_NAME = 255;
/** Names and characters that Windows keeps for itself. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what Windows refuses
const FORBIDDEN = /[<>:"\\|?*\u0000-\u001f]|[. ]$/;

/** The file beside `path` that holds what has arrived of it. */
export function partOf(path: string): string {
  const name = basename(path);
  const own = `.${name}.lecoder-part`;
  const short = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return join(dirname(path), Buffer.byteLength(own) <= LONGEST_NAME ? own : `.${short}.lecoder-part`);
}

/** Throws `transferFailed` for a path from the other side that leaves its folder or cannot be a name here. */
export function checkInner(path: string, platform: NodeJS.Platform): void {
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..' || part.includes('\0'))
      throw new Failure('transferFailed', sentence('runtime', path, 'does not lie in the folder that is sent'));
    if (platform === 'win32' && (RESERVED.test(part) || FORBIDDEN.test(part)))
      throw new Failure('transferFailed', sentence('machine', path, 'Windows allows no file of that name'), {
        retryable: false,
        hints: ['rename it on the runtime with `lecoder-cgpu files mv`'],
      });
  }
}
