import { stripVTControlCharacters } from 'node:util';
import { isPlain, LineCollapser } from './collapse-text.ts';
import { KeptBytes, KeptEnds, KeptText } from './kept-output.ts';

/** What one stream came to. `base64` holds the whole where it is not UTF-8 and `text` therefore has U+FFFD in it. */
export interface Streamed {
  readonly text: string;
  readonly base64: string | null;
  readonly truncated: boolean;
}

/** Much more would not fit into one JSON text. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * One output stream. Text (kernel mode) is collapsed as a terminal would show it. Bytes (shell mode) are kept as they came,
 * carriage returns included, and decoded at the end without escape sequences.
 */
export class StreamText {
  readonly #limit: number;
  readonly #ends: KeptEnds | null;
  #text: { readonly kept: KeptText | KeptEnds; readonly lines: LineCollapser } | null = null;
  #bytes: KeptBytes | KeptEnds | null = null;

  constructor({ maxOutput, keep }: { readonly maxOutput: number | null; readonly keep?: 'all' | 'ends' }) {
    this.#limit = Math.min(maxOutput ?? MOST_BYTES, MOST_BYTES);
    this.#ends = keep === 'ends' ? new KeptEnds() : null;
  }

  add(data: string | Uint8Array): void {
    if (this.#bytes !== null || (typeof data !== 'string' && this.#text === null)) {
      this.#bytes ??= this.#ends ?? new KeptBytes(this.#limit);
      this.#bytes.add(typeof data === 'string' ? Buffer.from(data) : data);
      return;
    }
    this.#text ??= this.#newText();
    this.#text.lines.write(typeof data === 'string' ? data : Buffer.from(data).toString());
  }

  clear(): void {
    this.#text?.lines.clear();
    this.#text?.kept.clear();
    this.#bytes?.clear();
  }

  finish(): Streamed {
    if (this.#bytes instanceof KeptBytes) return decoded(this.#bytes);
    if (this.#bytes !== null)
      return { text: plain(this.#bytes.text()), base64: null, truncated: this.#bytes.truncated };
    if (this.#text === null) return { text: '', base64: null, truncated: false };
    this.#text.lines.finish();
    return { text: this.#text.kept.text(), base64: null, truncated: this.#text.kept.truncated };
  }

  #newText() {
    const kept = this.#ends ?? new KeptText(this.#limit);
    return { kept, lines: new LineCollapser(text => kept.add(text)) };
  }
}

function decoded(kept: KeptBytes): Streamed {
  const bytes = kept.bytes();
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text: plain(text), base64: null, truncated: kept.truncated };
  } catch {
    return {
      text: plain(bytes.toString('utf8')),
      base64: bytes.toString('base64'),
      truncated: kept.truncated,
    };
  }
}

function plain(text: string): string {
  return isPlain(text) ? text : stripVTControlCharacters(text);
}
