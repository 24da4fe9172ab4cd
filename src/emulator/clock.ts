/** Time as the imitated services see it: the real one, plus what was added over the control API. */
export class Clock {
  #ahead = 0;
  readonly #listeners = new Set<() => void>();

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /** How far it is ahead of the real time, in milliseconds. */
  get ahead(): number {
    return this.#ahead;
  }

  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
    for (const listener of this.#listeners) listener();
  }

  onAdvance(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
