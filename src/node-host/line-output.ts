import { Writable } from 'node:stream';

/** A terminal for readline that shows nothing while `silent` says so: a password is typed. */
export function quietOutput(stdout: NodeJS.WriteStream, silent: () => boolean): Writable {
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      if (!silent()) stdout.write(chunk);
      done();
    },
  });
  Object.defineProperty(output, 'columns', { get: () => stdout.columns });
  stdout.on('resize', () => output.emit('resize'));
  return output;
}
