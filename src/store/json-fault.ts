/**
 * Where a text stops being JSON, for a message; `JSON.parse` does not always say, and quotes the text, which may hold a secret.
 * Only called on text that did not parse.
 */
export function jsonFault(text: string): { readonly line: number; readonly column: number } {
  const before = text.slice(0, furthest(text));
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)))/y;

type Wanted = 'value' | 'key' | 'colon' | 'next' | 'first value' | 'first key' | 'end';

/** Offset of the first token that cannot stand where it does. */
function furthest(text: string): number {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  let place = 0;
  for (;;) {
    TOKEN.lastIndex = place;
    const found = TOKEN.exec(text);
    const start = place + (/^[ \t\r\n]*/.exec(text.slice(place))?.[0].length ?? 0);
    if (found === null) return start;
    const next = step(wanted, found, open);
    if (next === null) return start;
    wanted = next;
    place = TOKEN.lastIndex;
  }
}

function step(wanted: Wanted, found: RegExpExecArray, open: ('{' | '[')[]): Wanted | null {
  const [, mark, string, word] = found;
  const after = () => (open.length === 0 ? 'end' : 'next');
  const isValue = wanted === 'value' || wanted === 'first value';
  if (string !== undefined) return wanted === 'key' || wanted === 'first key' ? 'colon' : isValue ? after() : null;
  if (word !== undefined) return isValue ? after() : null;
  if (mark === ':') return wanted === 'colon' ? 'value' : null;
  if (mark === ',') return wanted === 'next' ? (open.at(-1) === '{' ? 'key' : 'value') : null;
  if (mark === '{' || mark === '[') {
    if (!isValue) return null;
    open.push(mark);
    return mark === '{' ? 'first key' : 'first value';
  }
  const closes = mark === '}' ? '{' : '[';
  const mayClose = wanted === 'next' || wanted === (mark === '}' ? 'first key' : 'first value');
  if (!mayClose || open.at(-1) !== closes) return null;
  open.pop();
  return after();
}
