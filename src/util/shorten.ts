/** What is left of a text kept in a record: head and tail with a marker between, at most this many bytes of UTF-8. */
export const KEPT_BYTES = 16_384;
export const HEAD_BYTES = 8192;
/** The marker and a part of a character at either side of the cut fit into the difference. */
export const TAIL_BYTES = KEPT_BYTES - HEAD_BYTES - 128;

/** Stands where `bytes` were left out. */
export function leftOut(bytes: number): string {
  return `\n… ${bytes.toLocaleString('en-US')} bytes left out …\n`;
}

/** Whether that mark stands in it: a record that was shortened does not say so of each text. */
export function isShortened(text: string): boolean {
  return /\n… [\d,]+ bytes left out …\n/.test(text);
}

/** The text itself when it fits, else its two ends; never cuts a character in two. */
export function shorten(text: string): { readonly text: string; readonly shortened: boolean } {
  if (text.length <= KEPT_BYTES / 3 || Buffer.byteLength(text) <= KEPT_BYTES) return { text, shortened: false };
  const bytes = Buffer.from(text);
  const head = wholeCharacters(bytes.subarray(0, HEAD_BYTES));
  const tail = bytes.subarray(boundaryAfter(bytes, bytes.length - TAIL_BYTES));
  const marker = leftOut(bytes.length - head.length - tail.length);
  return { text: `${head.toString()}${marker}${tail.toString()}`, shortened: true };
}

/** The bytes without a last character that is cut off. */
export function wholeCharacters<T extends Uint8Array>(bytes: T): T {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    const length = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? (bytes.subarray(0, bytes.length - back) as T) : bytes;
  }
  return bytes;
}

/** The first place at or after `at` where no character is cut. */
export function boundaryAfter(bytes: Uint8Array, at: number): number {
  let place = Math.max(0, at);
  for (let step = 0; step < 3 && place < bytes.length && isContinuation(bytes[place]); step++) place++;
  return place;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
