import type { JsonObject } from '../../core/events.ts';
import type { KernelLink, KernelMessage } from '../../core/execution.ts';

/**
 * The mark of this life of the kernel: a restart keeps the kernel's id and loses the mark with the variables. `fresh` becomes
 * the mark where there is none. Null when the kernel cannot keep one. Waits its turn behind what runs there.
 */
export async function markOf(link: KernelLink, fresh: string, signal: AbortSignal): Promise<string | null> {
  const expression = `get_ipython().__dict__.setdefault('_lecoder_mark', '${fresh}')`;
  const silently = { code: '', silent: true, store_history: false, allow_stdin: false, stop_on_error: false };
  const content = { ...silently, user_expressions: { mark: expression } };
  const reply = await ask(link, { type: 'execute', content }, signal);
  const text = reply?.user_expressions?.mark?.data?.['text/plain'];
  return typeof text === 'string' ? (/^'([\w-]+)'$/.exec(text)?.[1] ?? null) : null;
}

/** What the notebook format notes of a kernel's language; null when the kernel did not say. */
export async function languageOf(link: KernelLink, signal: AbortSignal): Promise<JsonObject | null> {
  const reply = await ask(link, { type: 'kernel_info', content: {} }, signal);
  const info = reply?.language_info;
  return typeof info === 'object' && info !== null ? info : null;
}

interface Question {
  readonly type: string;
  readonly content: JsonObject;
}

/** The reply's content; null when the link or the kernel is lost meanwhile. Rejects with the signal's reason. */
function ask(
  link: KernelLink,
  { type, content }: Question,
  signal: AbortSignal,
): Promise<KernelMessage['content'] | null> {
  return new Promise((resolve, reject) => {
    const undo: (() => void)[] = [];
    const end = (reply: KernelMessage['content'] | null) => {
      for (const stop of undo) stop();
      resolve(reply);
    };
    const onAbort = () => {
      for (const stop of undo) stop();
      reject(signal.reason);
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const id = link.send({ channel: 'shell', type: `${type}_request`, content });
    undo.push(
      () => signal.removeEventListener('abort', onAbort),
      link.onState(({ state }) => state === 'lost' && end(null)),
      link.onMessage(({ header, parent_header, content: told }) => {
        if (parent_header.msg_id === id && header.msg_type === `${type}_reply`) end(told);
        else if (header.msg_type === 'status' && isEnd(told.execution_state)) end(null);
      }),
    );
  });
}

function isEnd(state: unknown): boolean {
  return state === 'dead' || state === 'restarting' || state === 'autorestarting';
}
