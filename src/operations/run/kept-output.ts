import {
  boundaryAfter,
  HEAD_BYTES,
  KEPT_BYTES,
  leftOut,
  shorten,
  TAIL_BYTES,
  wholeCharacters,
} from '../../util/shorten.ts';

/** Many short strings cost several times their length. */
const PIECES_JOINED = 512;

/** Keeps text up to a limit in bytes of UTF-8; what comes after is dropped and `truncated` says so. */
export class KeptText {
  readonly #limit: number;
  #blocks: string[] = [];
  #recent: string[] = [];
  #bytes = 0;
  truncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(text: string): void {
    if (this.truncated) return;
    const size = Buffer.byteLength(text);
    if (this.#bytes + size <= this.#limit) {
      this.#recent.push(text);
      this.#bytes += size;
      if (this.#recent.length >= PIECES_JOINED) this.#join();
      return;
    }
    this.#recent.push(wholeCharacters(Buffer.from(text).subarray(0, this.#limit - this.#bytes)).toString());
    this.truncated = true;
  }

  clear(): void {
    this.#blocks = [];
    this.#recent = [];
    this.#bytes = 0;
    this.truncated = false;
  }

  text(): string {
    this.#join();
    return this.#blocks.join('');
  }

  #join(): void {
    this.#blocks.push(this.#recent.join(''));
    this.#recent = [];
  }
}

/** Keeps bytes up to a limit; the last character is kept whole where the bytes are UTF-8. */
export class KeptBytes {
  readonly #limit: number;
  #pieces: Uint8Array[] = [];
  #size = 0;
  truncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(bytes: Uint8Array): void {
    if (this.truncated || bytes.length === 0) return;
    const room = this.#limit - this.#size;
    this.truncated = bytes.length > room;
    const kept = this.truncated ? bytes.subarray(0, room) : bytes;
    this.#pieces.push(kept);
    this.#size += kept.length;
  }

  clear(): void {
    this.#pieces = [];
    this.#size = 0;
    this.truncated = false;
  }

  bytes(): Buffer {
    const all = Buffer.concat(this.#pieces, this.#size);
    return this.truncated ? wholeCharacters(all) : all;
  }
}

/** Keeps the two ends that `shorten` would leave, however much comes. */
export class KeptEnds {
  #head: Uint8Array[] = [];
  #headSize = 0;
  #tail: Uint8Array[] = [];
  #tailSize = 0;
  #dropped = 0;

  add(data: string | Uint8Array): void {
    let bytes: Uint8Array = typeof data === 'string' ? Buffer.from(data) : data;
    if (this.#headSize < HEAD_BYTES) {
      const taken = bytes.subarray(0, HEAD_BYTES - this.#headSize);
      this.#head.push(taken.slice());
      this.#headSize += taken.length;
      bytes = bytes.subarray(taken.length);
    }
    if (bytes.length === 0) return;
    // copied: a small view would keep the whole message it came in
    this.#tail.push(bytes.slice(-KEPT_BYTES));
    this.#dropped += Math.max(0, bytes.length - KEPT_BYTES);
    this.#tailSize += Math.min(bytes.length, KEPT_BYTES);
    this.#dropOld();
  }

  clear(): void {
    this.#head = [];
    this.#tail = [];
    this.#headSize = this.#tailSize = this.#dropped = 0;
  }

  get truncated(): boolean {
    return this.#headSize + this.#tailSize + this.#dropped > KEPT_BYTES;
  }

  text(): string {
    const head = Buffer.concat(this.#head);
    const tail = Buffer.concat(this.#tail);
    if (this.#dropped === 0) return shorten(Buffer.concat([head, tail]).toString('utf8')).text;
    const start = wholeCharacters(head);
    const after = boundaryAfter(tail, tail.length - TAIL_BYTES);
    const marker = leftOut(head.length - start.length + this.#dropped + after);
    return `${start.toString()}${marker}${tail.toString('utf8', after)}`;
  }

  #dropOld(): void {
    for (
      let first = this.#tail[0];
      first !== undefined && this.#tailSize - first.length >= KEPT_BYTES;
      first = this.#tail[0]
    ) {
      this.#tail.shift();
      this.#tailSize -= first.length;
      this.#dropped += first.length;
    }
  }
}
