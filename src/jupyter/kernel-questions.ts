import type { JsonObject } from '../core/events.ts';
import type { KernelLink, KernelMessage } from '../core/execution.ts';
import type { Completeness, Completion, KernelQuestions } from '../core/repl.ts';

/** Milliseconds a person waits for an answer before they are better off without it. */
const PATIENCE = 2000;
/** The first completion loads what it needs; Ctrl-C gives it up. */
const PATIENCE_FOR_COMPLETION = 15_000;

/** Asks over the same socket that runs the cells; a busy kernel reads no question before it is done. */
export function kernelQuestions(link: KernelLink): KernelQuestions {
  return {
    complete: async (code, cursor) => {
      const content = { code, cursor_pos: pointsIn(code.slice(0, cursor)) };
      return completionFrom(await ask(link, 'complete', content, PATIENCE_FOR_COMPLETION), code);
    },
    isComplete: async code => completenessFrom(await ask(link, 'is_complete', { code })),
    lastCount: async () => {
      const silent = { silent: true, store_history: false, allow_stdin: false, stop_on_error: false };
      const reply = await ask(link, 'execute', { code: '', user_expressions: {}, ...silent });
      return typeof reply?.execution_count === 'number' ? reply.execution_count : null;
    },
    onPayload: listener =>
      link.onMessage(({ header, parent_header, content }) => {
        if (header.msg_type !== 'execute_reply' || parent_header.session !== link.session) return;
        for (const payload of Array.isArray(content.payload) ? content.payload : []) listener(payload);
      }),
  };
}

/** The reply's content; null when none came in time, or the kernel could not answer. */
function ask(
  link: KernelLink,
  type: string,
  content: JsonObject,
  patience = PATIENCE,
): Promise<KernelMessage['content'] | null> {
  return new Promise(resolve => {
    const end = (reply: KernelMessage['content'] | null) => {
      clearTimeout(timer);
      stop();
      resolve(reply);
    };
    const timer = setTimeout(() => end(null), patience);
    const id = link.send({ channel: 'shell', type: `${type}_request`, content });
    const stop = link.onMessage(message => {
      if (message.parent_header.msg_id !== id || message.header.msg_type !== `${type}_reply`) return;
      const { status } = message.content;
      end(status === 'error' || status === 'aborted' ? null : message.content);
    });
  });
}

function completionFrom(reply: KernelMessage['content'] | null, code: string): Completion | null {
  if (reply === null || !Array.isArray(reply.matches)) return null;
  const [start, end] = [unitsFor(code, Number(reply.cursor_start)), unitsFor(code, Number(reply.cursor_end))];
  return { matches: [...new Set(reply.matches.map(String))], start, end };
}

function completenessFrom(reply: KernelMessage['content'] | null): Completeness | null {
  if (reply === null) return null;
  const known = ['complete', 'incomplete', 'invalid'] as const;
  const status = known.find(each => each === reply.status) ?? 'unknown';
  return { status, indent: typeof reply.indent === 'string' ? reply.indent : '' };
}

/** The protocol counts code points, strings here count UTF-16 units. */
function pointsIn(text: string): number {
  return [...text].length;
}

function unitsFor(code: string, points: number): number {
  return [...code].slice(0, points).join('').length;
}
