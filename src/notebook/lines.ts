/** Where Python's `str.splitlines` ends a line, beside the line feed: that is how nbformat cuts text into lists. */
const OTHER_ENDS = '\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029';
const END = new RegExp(`\r\n|[\n${OTHER_ENDS}]`, 'g');

/** The text's lines, each with its end. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let from = 0;
  for (const { 0: end, index } of text.matchAll(END)) {
    lines.push(text.slice(from, index + end.length));
    from = index + end.length;
  }
  if (from < text.length) lines.push(text.slice(from));
  return lines;
}
