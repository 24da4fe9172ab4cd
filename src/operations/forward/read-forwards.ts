import { Failure } from '../../core/failure.ts';

/** One port of this machine and the place on the runtime behind it. */
export interface ForwardWish {
  /** 0 for any free one. */
  readonly local: number;
  /** Another local port will not do. */
  readonly exact: boolean;
  readonly host: string;
  readonly remote: number;
}

const HOME = 'localhost';

/** Reads `6006`, `8080:6006`, `8080:host:6006` and `8080:[::1]:6006`. Throws `usage` failures. */
export function readForwards(words: readonly string[]): readonly ForwardWish[] {
  const wishes = words.map(readForward);
  const exact = wishes.filter(wish => wish.exact).map(wish => wish.local);
  const twice = exact.find((port, index) => exact.indexOf(port) !== index);
  if (twice !== undefined) throw new Failure('usage', `the local port ${twice} is given twice`);
  return wishes;
}

/** The place as messages name it. */
export function placeName({ host, remote }: Pick<ForwardWish, 'host' | 'remote'>): string {
  return host === HOME ? `port ${remote} of the runtime` : `${place({ host, remote })}, seen from the runtime,`;
}

/** `localhost:6006`. */
export function place({ host, remote }: Pick<ForwardWish, 'host' | 'remote'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${remote}`;
}

function readForward(word: string): ForwardWish {
  const found = /^(?:(\d+):(?:(\[[\da-f:.%]+\]|[^:[\]\s]+):)?)?(\d+)$/i.exec(word);
  if (found === null) throw wrong(word, 'is no port to forward');
  const [, local, host = HOME, remote] = found;
  const wish = {
    local: Number(local ?? remote),
    exact: local !== undefined && Number(local) !== 0,
    host: host.replace(/^\[|\]$/g, ''),
    remote: Number(remote),
  };
  if (wish.local > 65_535 || wish.remote > 65_535) throw wrong(word, 'names a port beyond 65535');
  if (wish.remote === 0) throw wrong(word, 'names no port of the runtime');
  return wish;
}

function wrong(word: string, problem: string): Failure {
  return new Failure('usage', `\`${word}\` ${problem}`, {
    hints: ['write `6006`, `8080:6006` (local, remote) or `8080:host:6006`'],
  });
}
