import type { TerminalSize } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import { type Host, SocketRefused } from '../core/host.ts';
import type { Doorway } from '../core/runtime.ts';
import type { OpenTerminalOptions, ServerTerminal } from '../core/terminal.ts';
import { Shown } from '../util/unseen.ts';
import { LastingSocket, UPGRADE_TIMEOUT } from './lasting-socket.ts';
import { networkFailure } from './network-failure.ts';

/** Most of a text in one frame: servers refuse messages over 10 MB. */
const PIECE = 64 * 1024;

/** How a server of terminals speaks. */
export interface TerminalSpeech {
  readonly name: string | null;
  readonly joined: boolean;
  /** Of the socket, relative to the doorway's base address. */
  readonly path: string;
  /** Codes with which the server closes the socket of a shell that has ended. */
  readonly endCodes: readonly number[];
  typed(text: string): unknown;
  size(size: TerminalSize): unknown;
  /** What a frame says: text that was printed, that the shell has ended, or nothing that concerns us. */
  read(frame: unknown): { readonly printed: string } | 'ended' | null;
  /** Ends the terminal on the server. */
  remove(doorway: Doorway, signal: AbortSignal): Promise<void>;
}

/** Opens the socket. Throws `SocketRefused`, and failures of the network. */
export async function openSocketTerminal(
  host: Host,
  doorway: Doorway,
  speech: TerminalSpeech,
  options: OpenTerminalOptions,
): Promise<ServerTerminal> {
  const terminal = new SocketTerminal(host, doorway, speech, options);
  try {
    await terminal.open(options.signal);
    return terminal;
  } catch (error) {
    if (!speech.joined) await terminal.remove(AbortSignal.timeout(5000)).catch(() => {});
    if (error instanceof SocketRefused || error instanceof Failure || options.signal.aborted) throw error;
    throw networkFailure(doorway.http, error);
  }
}

class SocketTerminal implements ServerTerminal {
  readonly #speech: TerminalSpeech;
  readonly #socket: LastingSocket<string>;
  readonly #shown = new Shown();
  readonly #early: string[] = [];
  /** The next frame is the first after an outage. */
  #again = false;
  #listener: ((text: string) => void | Promise<void>) | null = null;

  constructor(host: Host, doorway: Doorway, speech: TerminalSpeech, { reconnect, renew }: OpenTerminalOptions) {
    this.#speech = speech;
    this.#socket = new LastingSocket<string>({
      host,
      lost: 'lost the connection to the terminal',
      doorway,
      reconnect,
      endCodes: speech.endCodes,
      connect: ({ ws, headers }, signal) =>
        host.openSocket(new URL(speech.path, ws), { protocols: [], headers, timeout: UPGRADE_TIMEOUT, signal }),
      renew,
      write: (text, socket) => socket.send(text),
      receive: data => this.#receive(typeof data === 'string' ? data : Buffer.from(data).toString()),
    });
    this.#socket.onState(({ state }) => {
      if (state === 'reconnecting') this.#again = true;
    });
  }

  get name(): string | null {
    return this.#speech.name;
  }

  get joined(): boolean {
    return this.#speech.joined;
  }

  get ended(): Promise<void> {
    return this.#socket.ended;
  }

  open(signal: AbortSignal): Promise<void> {
    return this.#socket.open(signal);
  }

  write(text: string): void {
    for (let start = 0; start < text.length; ) {
      const end = wholeUntil(text, start + PIECE);
      this.#send(this.#speech.typed(text.slice(start, end)));
      start = end;
    }
  }

  resize(size: TerminalSize): void {
    this.#send(this.#speech.size(size));
  }

  onOutput(listener: (text: string) => void | Promise<void>): void {
    this.#listener = listener;
    for (const text of this.#early.splice(0)) this.#tell(text);
  }

  onState(listener: Parameters<ServerTerminal['onState']>[0]): () => void {
    return this.#socket.onState(listener);
  }

  remove(signal: AbortSignal): Promise<void> {
    return this.#speech.remove(this.#socket.doorway, signal);
  }

  close(): void {
    this.#socket.close();
  }

  #send(frame: unknown): void {
    this.#socket.send(JSON.stringify(frame));
  }

  #receive(text: string): void {
    if (this.#again) this.#shown.replays();
    this.#again = false;
    const said = this.#speech.read(parsed(text));
    if (said === 'ended') this.#socket.close();
    else if (said !== null) this.#tell(this.#shown.take(said.printed));
  }

  #tell(text: string): void {
    if (text === '') return;
    if (this.#listener === null) return void this.#early.push(text);
    const taken = this.#listener(text);
    if (taken) this.#socket.holdUntil(taken);
  }
}

/** Null for a frame that is no JSON: what nobody knows is passed over. */
function parsed(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return null;
  }
}

/** Not between the two halves of a character. */
function wholeUntil(text: string, end: number): number {
  const inPair = end < text.length && /[\ud800-\udbff]/.test(text[end - 1] ?? '');
  return inPair ? end - 1 : Math.min(end, text.length);
}
