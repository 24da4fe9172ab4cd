import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errorCode } from './atomic-file.ts';

const BLOCK = 65_536;

/** The lines of a file from the last to the first, a block at a time; none when there is no file. Empty lines are left out. */
export function* linesBackwards(path: string): Generator<string> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    // the pieces of a line that goes over several blocks, last piece first
    let pieces: Buffer[] = [];
    for (let end = fstatSync(file).size; end > 0; ) {
      const start = Math.max(0, end - BLOCK);
      const block = Buffer.allocUnsafe(end - start);
      const got = readSync(file, block, 0, block.length, start);
      let until = got;
      while (until > 0) {
        const at = block.lastIndexOf(10, until - 1);
        if (at < 0) break;
        const line = lineOf(block.subarray(at + 1, until), pieces);
        pieces = [];
        until = at;
        if (line !== '') yield line;
      }
      if (until > 0) pieces.push(block.subarray(0, until));
      end = start;
    }
    const first = lineOf(Buffer.alloc(0), pieces);
    if (first !== '') yield first;
  } finally {
    closeSync(file);
  }
}

function lineOf(start: Buffer, pieces: readonly Buffer[]): string {
  return (pieces.length === 0 ? start : Buffer.concat([start, ...pieces.toReversed()])).toString('utf8').trim();
}
