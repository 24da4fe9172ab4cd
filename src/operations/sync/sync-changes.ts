import { basename, relative, sep } from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import { RULE_FILES } from './sync-rules.ts';
import { readLocal } from './sync-trees.ts';

/** Milliseconds of quiet that end a burst of changes, and the longest one is waited for. */
const QUIET = 150;
const LONGEST = 1500;

export interface Changes {
  /** Resolves when something has changed since the last time, and no more changes come just then. */
  next(signal: AbortSignal): Promise<void>;
  /** Counts as a change. */
  again(): void;
  close(): Promise<void>;
}

/** Watches a local folder but for what its rules leave out. Misses nothing from the moment it resolves. */
export async function watchChanges(root: string, context: CommandContext): Promise<Changes> {
  const watching = new WatchedFolder(root, context);
  await watching.open();
  return watching;
}

class WatchedFolder implements Changes {
  readonly #root: string;
  readonly #context: CommandContext;
  #watcher: FSWatcher | null = null;
  #changed = false;
  /** A file of rules changed: other things have to be watched. */
  #stale = false;
  #failure: Failure | null = null;
  #last = 0;
  #wake: () => void = () => {};

  constructor(root: string, context: CommandContext) {
    this.#root = root;
    this.#context = context;
  }

  async open(): Promise<void> {
    const { watch } = await import('chokidar');
    const { rules, listing } = await readLocal(this.#root, false, this.#context);
    await listing;
    const ignored = (path: string, stats?: { isDirectory(): boolean }) => {
      const inner = relative(this.#root, path).split(sep).join('/');
      if (inner === '' || inner.startsWith('../')) return false;
      return inner.endsWith('.lecoder-part') || rules.ignores(inner, stats?.isDirectory() ?? false);
    };
    const watcher = watch(this.#root, {
      ignored,
      ignoreInitial: true,
      followSymlinks: false,
      ignorePermissionErrors: true,
    });
    this.#watcher = watcher;
    watcher.on('all', (_, path) => this.#note(path));
    watcher.on('error', error => this.#fail(error));
    await new Promise<void>(resolve => {
      watcher.once('ready', resolve);
      watcher.once('error', () => resolve());
    });
    if (this.#failure) throw this.#failure;
    // Links are told of as if they were new. What was there before is for the round that follows.
    this.#changed = false;
    this.#stale = false;
  }

  async next(signal: AbortSignal): Promise<void> {
    const { host } = this.#context.services;
    await this.#changedOnce(signal);
    const first = host.monotonic();
    for (let now = first; now - this.#last < QUIET && now - first < LONGEST; now = host.monotonic())
      await host.sleep(QUIET, signal);
    this.#changed = false;
    if (!this.#stale) return;
    await this.close();
    await this.open();
  }

  again(): void {
    this.#changed = true;
    this.#wake();
  }

  async close(): Promise<void> {
    await this.#watcher?.close();
    this.#watcher = null;
  }

  #changedOnce(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      this.#wake = () => {
        if (!this.#changed && this.#failure === null) return;
        signal.removeEventListener('abort', stop);
        if (this.#failure) reject(this.#failure);
        else resolve();
      };
      this.#wake();
    });
  }

  #note(path: string): void {
    this.#last = this.#context.services.host.monotonic();
    if (RULE_FILES.some(name => name === basename(path))) this.#stale = true;
    this.again();
  }

  #fail(error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const hints =
      code === 'ENOSPC' || code === 'EMFILE'
        ? [
            'the system allows no more watches: leave out large folders in `.colabignore`, or raise `fs.inotify.max_user_watches`',
          ]
        : [];
    this.#failure ??= new Failure('ioError', `cannot watch \`${this.#root}\`: ${code}`, { cause: error, hints });
    this.#wake();
  }
}
