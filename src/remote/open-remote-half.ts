import type { Report } from '../core/events.ts';
import type { KernelLink, Readings, RemoteHalf, ShellCommand, ShellRun } from '../core/execution.ts';
import { Exchange } from './exchange.ts';
import { remoteFiles } from './files/remote-files.ts';
import { forward } from './forward.ts';
import { readMachine } from './read-machine.ts';
import { startShell } from './start-shell.ts';

export interface RemoteHalfOptions {
  /** Milliseconds without a word from us after which our calls are hung up; the remote half's own when absent. */
  readonly silence?: number;
}

/** The calls of the remote half over an open link. Costs nothing by itself: the first message is the first call. */
export function openRemoteHalf(link: KernelLink, options: RemoteHalfOptions = {}): RemoteHalf {
  const exchange = new Exchange(link);
  const silence = options.silence ?? null;
  return {
    shell: (command: ShellCommand, report: Report): ShellRun => startShell({ exchange, silence }, command, report),
    readings: (signal: AbortSignal): Promise<Readings> => readMachine({ exchange, silence }, signal),
    files: remoteFiles({ exchange, silence }),
    forward: (place, connection) => forward({ exchange, silence }, place, connection),
    close: () => exchange.close(),
  };
}
