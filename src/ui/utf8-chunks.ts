export type Piece = { readonly text: string } | { readonly base64: string };

/**
 * Cuts a stream of bytes into pieces for JSON: text where they are UTF-8, base64 where not. A character that
 * straddles two chunks is held back until it is whole. Nothing is lost: the pieces joined are the bytes.
 */
export class Utf8Chunks {
  #held: Uint8Array = new Uint8Array();

  next(chunk: Uint8Array): Piece | null {
    const bytes = this.#held.length === 0 ? chunk : concat(this.#held, chunk);
    const end = bytes.length - unfinished(bytes);
    this.#held = bytes.slice(end);
    return end === 0 ? null : piece(bytes.subarray(0, end));
  }

  /** What was held back at the end of the stream. */
  rest(): Piece | null {
    const held = this.#held;
    this.#held = new Uint8Array();
    return held.length === 0 ? null : piece(held);
  }
}

function piece(bytes: Uint8Array): Piece {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
  }
}

/** How many bytes at the end begin a character that more bytes could finish. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc2 && byte <= 0xf4) return lengthOf(byte) > back ? back : 0;
    if (byte < 0x80 || byte >= 0xc0) return 0;
  }
  return 0;
}

function lengthOf(first: number): number {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
