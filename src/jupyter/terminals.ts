import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Doorway } from '../core/runtime.ts';
import type { OpenTerminalOptions, TerminalServer } from '../core/terminal.ts';
import { mustAnswer } from '../http/must-answer.ts';
import { ask } from '../http/request.ts';
import { openSocketTerminal, type TerminalSpeech } from '../http/socket-terminal.ts';

/** A Jupyter server's own terminals: `/api/terminals` and `/terminals/websocket/<name>`, each a shell by itself. */
export function jupyterTerminals(host: Host): TerminalServer {
  return {
    async open(doorway, options) {
      const found = await find(host, doorway, options);
      return openSocketTerminal(host, doorway, speech(host, found), options);
    },
  };
}

interface Found {
  readonly name: string;
  readonly joined: boolean;
}

/**
 * What the server sets besides its own: it would put the size of the first moment into the environment, and programs
 * that read it there would never learn of another one.
 */
const WITHOUT_SIZE = { LINES: null, COLUMNS: null };

/** The terminal of that name when it is there, or a new one. */
async function find(host: Host, doorway: Doorway, { name, env, signal }: OpenTerminalOptions): Promise<Found> {
  if (name !== null) {
    const known = await ask(host, doorway, { method: 'GET', path: pathOf(name), signal, statuses: [404] });
    if (known.status !== 404) return { name, joined: true };
  }
  const named = name === null ? {} : { name };
  const make = (body: object) =>
    ask(host, doorway, { method: 'POST', path: 'api/terminals', body, signal, statuses: [400, 404, 500] });
  let answer = await make({ ...named, extra_env: { ...env, ...WITHOUT_SIZE } });
  // a server that knows no such field
  if (answer.status === 400 || answer.status === 500) answer = await make(named);
  if (answer.status === 404) {
    await mustAnswer(host, doorway, signal);
    throw new Failure('runtimeUnavailable', 'the Jupyter server has no terminals', {
      retryable: false,
      hints: ['they come with the package `jupyter_server_terminals`, and can be switched off in its configuration'],
    });
  }
  if (answer.status >= 400)
    throw new Failure('apiUnavailable', `the Jupyter server could not start a terminal (HTTP ${answer.status})`);
  const made = answer.json() as { name?: unknown } | null;
  if (typeof made?.name !== 'string')
    throw new Failure('apiUnavailable', 'the server answered, but not as a Jupyter server does');
  return { name: made.name, joined: false };
}

/** Frames are arrays: `["stdin", text]`, `["set_size", rows, columns, …]`; `["stdout", text]`, `["disconnect", 1]`. */
function speech(host: Host, { name, joined }: Found): TerminalSpeech {
  return {
    name,
    joined,
    path: `terminals/websocket/${encodeURIComponent(name)}`,
    endCodes: [],
    typed: text => ['stdin', text],
    size: ({ columns, rows }) => ['set_size', rows, columns, 0, 0],
    read: frame => {
      const [kind, text] = Array.isArray(frame) ? frame : [];
      if (kind === 'disconnect') return 'ended';
      return kind === 'stdout' && typeof text === 'string' ? { printed: text } : null;
    },
    remove: async (doorway, signal) =>
      void (await ask(host, doorway, { method: 'DELETE', path: pathOf(name), signal, statuses: [404] })),
  };
}

function pathOf(name: string): string {
  return `api/terminals/${encodeURIComponent(name)}`;
}
