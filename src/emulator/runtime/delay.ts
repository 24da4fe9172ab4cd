import { type Duplex, Transform } from 'node:stream';

/** Hands on what comes so many milliseconds later, in order. */
export function delayed(milliseconds: () => number): Transform {
  return new Transform({
    highWaterMark: 1024 * 1024,
    transform(chunk: Buffer, _encoding, done) {
      const wait = milliseconds();
      if (wait <= 0) return done(null, chunk);
      // Taken at once, so that the delay is a delay and no limit of the rate.
      done();
      setTimeout(() => this.push(chunk), wait);
    },
    flush(done) {
      setTimeout(done, milliseconds());
    },
  });
}

/** Ties two connections together; either's end is the other's. */
export function join(near: Duplex, far: Duplex, oneWay: () => number): void {
  const plain = oneWay() <= 0;
  if (plain) near.pipe(far).pipe(near);
  else near.pipe(delayed(oneWay)).pipe(far).pipe(delayed(oneWay)).pipe(near);
  near.once('close', () => far.destroy());
  far.once('close', () => near.destroy());
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
}
