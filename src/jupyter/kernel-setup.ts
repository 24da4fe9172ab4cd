import source from './kernel_setup.py';

/**
 * Sent before a cell, in the same breath: costs no round trip, but the kernel and the server have work with it. Silent and unstored, so it stands in no history;
 * `exec` with a namespace of its own leaves the user's variables alone.
 */
export const ENTER = `try:
    get_ipython()._lecoder_setup
except AttributeError:
    exec(${pythonString(source)}, {'__name__': 'lecoder_cgpu'})
get_ipython()._lecoder_setup.enter()`;

export const LEAVE = 'get_ipython()._lecoder_setup.leave()';

/** A control message of our own, known to a prepared kernel: takes queued cells out, by the ids in its content. */
export const WITHDRAW = 'lecoder_withdraw_request';

/** Another one: how many messages the kernel sent to all clients for the request with the `id` in its content. */
export const COUNT = 'lecoder_count_request';

/** Expressions whose values come back in the reply, JSON-encoded by `json.dumps`. */
export const REPORT = "__import__('json').dumps(get_ipython()._lecoder_setup.report())";

/** True in a prepared kernel that needs no preparation between two cells of one link. */
export const KEEPS_APART = "__import__('json').dumps(get_ipython()._lecoder_setup.keeps_apart)";

/** How the cell of that request ended: null when it has not run, else nothing or the error's name and text. */
export function endingOf(requestId: string): string {
  return `__import__('json').dumps(get_ipython()._lecoder_setup.ending(${pythonString(requestId)}))`;
}

/** JSON's string escapes are Python's, but for characters beyond the basic plane, which JSON leaves as they are. */
function pythonString(text: string): string {
  return JSON.stringify(text);
}

/** The value of a user expression in an `execute_reply`, or undefined when it failed. */
export function expressionValue(reply: Readonly<Record<string, unknown>>, name: string): unknown {
  const expressions = reply.user_expressions as
    | Record<string, { status?: string; data?: Record<string, string> }>
    | undefined;
  const found = expressions?.[name];
  const text = found?.status === 'ok' ? found.data?.['text/plain'] : undefined;
  if (text === undefined) return undefined;
  return JSON.parse(unquote(text));
}

/** Turns the `repr` of a Python string of ASCII JSON back into the string. */
function unquote(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\(x[0-9a-f]{2}|.)/g, (_, code: string) =>
      code.length > 1
        ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
        : ({ n: '\n', t: '\t', r: '\r' }[code] ?? code),
    );
}
