import { Writable } from 'node:stream';

export interface LineOutput {
  readonly stream: Writable;
  /** What is written meanwhile goes out in one piece: a line that is drawn anew does not flicker. */
  together(work: () => void): void;
}

/** A terminal for readline that shows nothing while `silent` says so: a password is typed. */
export function lineOutput(stdout: NodeJS.WriteStream, silent: () => boolean): LineOutput {
  let gathered: string | null = null;
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      if (!silent()) {
        if (gathered === null) stdout.write(chunk);
        else gathered += String(chunk);
      }
      done();
    },
  });
  Object.defineProperty(stream, 'columns', { get: () => stdout.columns });
  stdout.on('resize', () => stream.emit('resize'));
  return {
    stream,
    together(work) {
      if (gathered !== null) return work();
      gathered = '';
      try {
        work();
      } finally {
        const text = gathered;
        gathered = null;
        if (text !== '') stdout.write(text);
      }
    },
  };
}
