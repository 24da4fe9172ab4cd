import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';

/** How long work may tidy up after SIGTERM, SIGHUP or a lost reader, in milliseconds. */
const GRACE_MS = 3000;

/**
 * Ctrl-C and its kin. The first aborts `signal`; after a second one, or some time after SIGTERM and SIGHUP, `left`
 * rejects: nobody waits for the work any more. After an error that nobody caught `left` rejects with it at once. A reader of stdout that has gone counts like SIGHUP.
 */
export class Interruption {
  readonly #abort = new AbortController();
  readonly #ends: (() => void)[] = [];
  readonly left: Promise<never>;
  /** True when nobody reads stdout any more. */
  unread = false;

  constructor(host: Host) {
    let leave: (error: unknown) => void = () => {};
    this.left = new Promise<never>((_, reject) => {
      leave = reject;
    });
    this.left.catch(() => {});
    const stopped = () => new Failure('interrupted', 'interrupted');
    const leaveLater = () => {
      const timer = new AbortController();
      this.#ends.push(() => timer.abort());
      host.sleep(GRACE_MS, timer.signal).then(
        () => leave(stopped()),
        () => {},
      );
    };
    this.#ends.push(
      host.onInterrupt(cause => {
        if (this.signal.aborted) return leave(stopped());
        this.#abort.abort(stopped());
        if (cause !== 'SIGINT') leaveLater();
      }),
      host.stdout.onClosed(() => {
        this.unread = true;
        this.#abort.abort(new Failure('interrupted', 'nobody reads the output any more'));
        leaveLater();
      }),
      host.onFault?.(error => leave(error)) ?? (() => {}),
    );
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  end(): void {
    for (const end of this.#ends) end();
  }
}
