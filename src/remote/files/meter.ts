import type { Report } from '../../core/events.ts';

/** Milliseconds between two reports, and over which the rate is taken. */
const PERIOD = 250;
const SPAN = 5000;

/** Tells how far a transfer is: a few times a second, and at its end. */
export class Meter {
  readonly #report: Report;
  readonly #total: number | null;
  readonly #samples: [time: number, bytes: number][] = [];
  #bytes = 0;
  /** Bytes that were there before; they say nothing of the rate. */
  #held = 0;
  #next = 0;
  #name = '';

  constructor(report: Report, total: number | null) {
    this.#report = report;
    this.#total = total;
    this.#samples.push([performance.now(), 0]);
  }

  /** Bytes that did not have to move. */
  get held(): number {
    return this.#held;
  }

  add(bytes: number, name: string): void {
    this.#bytes += bytes;
    this.#name = name;
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = now + PERIOD;
    this.#samples.push([now, this.#bytes - this.#held]);
    while (this.#samples.length > 2 && now - (this.#samples[0]?.[0] ?? now) > SPAN) this.#samples.shift();
    this.#tell(now);
  }

  hold(bytes: number, name: string): void {
    if (bytes === 0) return;
    this.#held += bytes;
    this.add(bytes, name);
  }

  end(): void {
    this.#tell(performance.now());
  }

  #tell(now: number): void {
    const [time, bytes] = this.#samples[0] ?? [now, 0];
    const seconds = (now - time) / 1000;
    const rate = seconds > 0.05 ? Math.round((this.#bytes - this.#held - bytes) / seconds) : null;
    const left = this.#total === null ? null : Math.max(0, this.#total - this.#bytes);
    const eta = left === null || !rate ? null : Math.round(left / rate);
    const done = left === 0;
    void this.#report({
      type: 'progress',
      name: this.#name,
      bytes: this.#bytes,
      total: this.#total,
      rate,
      eta: done ? 0 : eta,
    });
  }
}
