/** One way through the history, from a fresh line on: by the arrows, or searching. */
export class HistoryWalk {
  /** The newest first. */
  readonly #entries: readonly string[];
  #index = -1;
  /** What was typed before the walk began; the arrows go through entries that begin with it. */
  #typed = '';
  #query: string | null = null;
  #found = '';

  constructor(entries: readonly string[]) {
    this.#entries = entries;
  }

  get searching(): boolean {
    return this.#query !== null;
  }

  older(line: string): string {
    if (this.#index < 0) this.#typed = line;
    const next = this.#entries.findIndex((entry, index) => index > this.#index && this.#fits(entry, line));
    if (next < 0) return line;
    this.#index = next;
    return this.#entries[next] ?? line;
  }

  newer(line: string): string {
    if (this.#index < 0) return line;
    const earlier = this.#entries.slice(0, this.#index);
    this.#index = earlier.findLastIndex(entry => this.#fits(entry, line));
    return this.#index < 0 ? this.#typed : (this.#entries[this.#index] ?? line);
  }

  /** Begins a search that finds nothing yet. */
  search(line: string) {
    this.#typed = line;
    this.#query = '';
    this.#found = line;
    this.#index = -1;
    return this.#state();
  }

  narrow(change: (query: string) => string) {
    const before = this.#query ?? '';
    this.#query = change(before);
    // A longer word may stand where the shorter one was found; after a shorter one the search begins anew.
    this.#seek(this.#query.length > before.length ? Math.max(this.#index, 0) : 0);
    return this.#state();
  }

  /** The next older entry with the same word. */
  further() {
    if (this.#query !== '') this.#seek(this.#index + 1);
    return this.#state();
  }

  accept(): void {
    this.#query = null;
  }

  giveUp(): string {
    this.#query = null;
    this.#index = -1;
    return this.#typed;
  }

  #seek(from: number): void {
    const query = this.#query ?? '';
    const at = this.#entries.findIndex((entry, index) => index >= from && entry.includes(query));
    if (at < 0 || query === '') return;
    this.#index = at;
    this.#found = this.#entries[at] ?? '';
  }

  #state() {
    const query = this.#query ?? '';
    return { query, found: this.#found, at: Math.max(this.#found.indexOf(query), 0) };
  }

  #fits(entry: string, line: string): boolean {
    return entry.startsWith(this.#typed) && entry !== line;
  }
}
