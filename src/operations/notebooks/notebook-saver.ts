import type { Host } from '../../core/host.ts';
import type { NotebookFile } from './notebook-file.ts';

/** Milliseconds between two saves while a cell runs. */
const EVERY = 2000;
/** A save may take this share of the time at most: large notebooks are saved less often while a cell runs. */
const SHARE = 0.05;
/** Milliseconds. A power cut may cost so much; a kill costs nothing that was saved. */
const SYNC_EVERY = 2000;

/** What is to be saved, taken when its turn comes. */
type Content = () => readonly Uint8Array[];

/** Saves one after the other, never two at once. */
export class NotebookSaver {
  readonly #file: NotebookFile;
  readonly #host: Host;
  #last: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #took = 0;
  #synced = Number.NEGATIVE_INFINITY;

  constructor(file: NotebookFile, host: Host) {
    this.#file = file;
    this.#host = host;
  }

  /** Throws what `NotebookFile.write` throws. `last`: nothing will be saved after it. */
  save(bytes: Content, last = false): Promise<void> {
    this.cancel();
    const saved = this.#last.then(() => this.#write(bytes(), last));
    this.#last = saved.catch(() => {});
    return saved;
  }

  /** In a while, unless something is saved before. What goes wrong then the next real save will tell. */
  later(bytes: Content): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.save(bytes).catch(() => {});
      },
      Math.max(EVERY, this.#took / SHARE),
    );
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #write(pieces: readonly Uint8Array[], last: boolean): Promise<void> {
    const begun = this.#host.monotonic();
    const safely = last || begun - this.#synced > SYNC_EVERY;
    await this.#file.write(pieces, safely);
    if (safely) this.#synced = begun;
    this.#took = this.#host.monotonic() - begun;
  }
}
