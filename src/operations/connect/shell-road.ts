import type { Report } from '../../core/events.ts';
import type { LinkState, TerminalSize } from '../../core/execution.ts';
import type { Host } from '../../core/host.ts';

/** What a shell elsewhere works with at this end. */
export interface ShellEnds {
  readonly input: AsyncIterable<Uint8Array>;
  readonly size: TerminalSize;
  readonly onResize: (listener: (size: TerminalSize) => void) => () => void;
  readonly report: Report;
}

export interface OpenShell {
  /** Its status when it has ended; null where nobody tells it. Rejects with `webSocketError` when it is lost for good. */
  readonly status: Promise<number | null>;
  /** Hangs up what runs in it, if it is ours alone. Waits for nothing. */
  hangUp(): void;
}

/** An open way to a shell on the machine: through the remote half, or a terminal of the server. */
export interface ShellRoad {
  /** Once. */
  start(ends: ShellEnds): OpenShell;
  onState(listener: (state: LinkState) => void): () => void;
  close(): Promise<void>;
}

/** What programs on the other side should know of the terminal on this one. */
export function terminalEnv({ TERM, COLORTERM }: Host['env']): Readonly<Record<string, string>> {
  return { TERM: TERM ?? 'xterm-256color', ...(COLORTERM ? { COLORTERM } : {}) };
}
