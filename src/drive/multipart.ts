import type { HttpContent } from '../http/request.ts';

export interface Part {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * A `multipart/related` body (RFC 2387). `random` gives a text of letters, digits and dashes, another each time: it is asked again
 * while the boundary made from it stands in one of the parts.
 */
export function multipart(parts: readonly Part[], random: () => string): HttpContent {
  const boundary = boundaryFor(parts, random);
  const pieces = parts.flatMap(({ type, bytes }) => [
    Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
  return {
    type: `multipart/related; boundary=${boundary}`,
    bytes: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

function boundaryFor(parts: readonly Part[], random: () => string): string {
  for (;;) {
    const boundary = `lecoder-${random()}`;
    if (!parts.some(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(boundary)))
      return boundary;
  }
}
