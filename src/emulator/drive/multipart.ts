/** The parts of a `multipart/related` body; null for anything else. Content is taken byte by byte. */
export function readParts(contentType: string, body: Buffer): { type: string; content: Buffer }[] | null {
  const boundary = /^multipart\/related;.*\bboundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return null;
  const mark = Buffer.from(`--${boundary}`);
  const parts: { type: string; content: Buffer }[] = [];
  for (let at = body.indexOf(mark); at >= 0; ) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    parts.push(readPart(body.subarray(at + mark.length, next)));
    at = next;
  }
  return parts;
}

function readPart(part: Buffer): { type: string; content: Buffer } {
  const windows = part.indexOf('\r\n\r\n');
  const end = windows >= 0 ? windows : part.indexOf('\n\n');
  const head = part.subarray(0, end).toString();
  const content = part.subarray(end + (windows >= 0 ? 4 : 2));
  const tail = content.subarray(-2).toString() === '\r\n' ? 2 : content.at(-1) === 10 ? 1 : 0;
  return {
    type: /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? '',
    content: content.subarray(0, content.length - tail),
  };
}
