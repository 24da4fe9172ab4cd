import type { Report } from '../core/events.ts';
import type { Outcome, ShellCommand, ShellRun } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import type { Conversation, Party } from './conversation.ts';
import { InputPump } from './input-pump.ts';
import type { Frame } from './protocol.ts';
import type { CallSettings } from './read-machine.ts';

/** Starts a command on the runtime. Its own status is an answer; `fileNotFound` and the like say it never started. */
export function startShell(settings: CallSettings, command: ShellCommand, report: Report): ShellRun {
  const run = new RunningShell(settings, command, report);
  return { outcome: run.outcome, signal: name => run.signal(name) };
}

class RunningShell implements Party {
  readonly outcome: Promise<Outcome>;
  readonly #report: Report;
  readonly #conversation: Conversation;
  readonly #input: InputPump | null = null;
  readonly #stopResizing: (() => void) | undefined;
  #resolve: (outcome: Outcome) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor({ exchange, silence }: CallSettings, command: ShellCommand, report: Report) {
    this.#report = report;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const { timeout, env, folder, terminal, input } = command;
    const facts = { command: command.command, timeout, env, folder, terminal, input: input !== null };
    this.#conversation = exchange.begin({ call: 'shell', arguments: facts, silence }, this);
    if (input) {
      this.#input = new InputPump(input, this.#conversation);
      this.#input.run().catch(error => this.#fail(error));
    }
    this.#stopResizing = command.onResize?.(({ columns, rows }) => {
      this.#conversation.send('resize', { columns, rows });
    });
  }

  signal(name: string): void {
    this.#conversation.send('signal', { name });
  }

  take(frame: Frame): void | Promise<void> {
    switch (frame.kind) {
      case 'out':
        return this.#output(frame);
      case 'deaf':
        return this.#input?.stop();
      case 'end':
        return this.#ended(frame);
    }
  }

  lost(failure: Failure | 'died'): void {
    this.#leave();
    if (failure !== 'died') this.#reject(failure);
    else
      this.#resolve({
        kind: 'died',
        reason: 'the kernel that held the command died or was restarted',
        outOfMemory: false,
      });
  }

  #output({ fields, buffers }: Frame): void | Promise<void> {
    const stream = fields.stream === 'stderr' ? 'stderr' : 'stdout';
    let waiting: Promise<void> | null = null;
    try {
      for (const data of buffers) {
        const settled = this.#report({ type: 'output', stream, data });
        if (settled) waiting = waiting ? Promise.all([waiting, settled]).then(() => {}) : settled;
      }
    } catch (error) {
      this.#fail(error);
    }
    if (waiting) return waiting.catch(error => this.#fail(error));
  }

  #ended({ fields }: Frame): void {
    this.#leave();
    this.#conversation.end();
    if (fields.outcome) this.#resolve(fields.outcome as Outcome);
    else this.#reject(refusal(fields.failed as Refusal));
  }

  /** The reader or the writer on this side failed: the command has nobody left to talk to. */
  #fail(error: unknown): void {
    this.#leave();
    this.#conversation.end();
    this.#reject(error);
  }

  #leave(): void {
    this.#stopResizing?.();
    this.#input?.stop();
  }
}

interface Refusal {
  readonly name: string;
  readonly message: string;
  readonly path?: string | null;
}

function refusal({ name, message, path }: Refusal): Failure {
  const where = path ? ` \`${path}\`` : '';
  const text = `the runtime could not start the command:${where} ${message}`;
  if (name === 'FileNotFoundError' || name === 'NotADirectoryError') return new Failure('fileNotFound', text, { name });
  if (name === 'PermissionError') return new Failure('permissionDenied', text, { name });
  return new Failure('ioError', text, { name });
}
