import { Failure } from '../core/failure.ts';
import { type Host, SocketRefused } from '../core/host.ts';
import type { TerminalServer } from '../core/terminal.ts';
import { mustAnswer } from '../http/must-answer.ts';
import { openSocketTerminal, type TerminalSpeech } from '../http/socket-terminal.ts';

/** `/colab/tty` of a Colab machine: one shell, in tmux, which everybody at the machine shares. It has no name. */
export function colabTty(host: Host): TerminalServer {
  return {
    async open(doorway, options) {
      try {
        return await openSocketTerminal(host, doorway, SPEECH, options);
      } catch (error) {
        if (!(error instanceof SocketRefused) || error.status !== 404) throw error;
        await mustAnswer(host, doorway, options.signal);
        throw new Failure('runtimeUnavailable', 'the machine has no `/colab/tty`', { retryable: false, cause: error });
      }
    },
  };
}

/** Both sides send `{"data": text}`, and we `{"cols", "rows"}`. Source: the clients Google publishes. */
const SPEECH: TerminalSpeech = {
  name: null,
  joined: false,
  path: 'colab/tty',
  endCodes: [1000],
  typed: data => ({ data }),
  size: ({ columns, rows }) => ({ cols: columns, rows }),
  read: frame => {
    const data = typeof frame === 'object' && frame !== null && 'data' in frame ? frame.data : null;
    return typeof data === 'string' ? { printed: data } : null;
  },
  // others may sit in it
  remove: async () => {},
};
