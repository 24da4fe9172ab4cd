/** Characters that must agree before a piece that was seen is taken for it. */
const LEAST = 8;
/** So many of the last characters tell where a replay goes on. */
const KEPT = 4096;

/**
 * What of a replay is new: a server that is connected to again repeats the end of what was printed, and `seen` is the
 * end of what was shown. All of it when the two do not meet.
 */
export function unseen(seen: string, replay: string): string {
  // A short text stands in many places. It is all that was shown, so a replay begins in it or before all else.
  const whole = seen.length < KEPT ? -1 : replay.lastIndexOf(seen);
  if (whole >= 0) return replay.slice(whole + seen.length);
  const most = Math.min(seen.length, replay.length);
  for (let length = most; length > 0 && length >= Math.min(LEAST, most); length -= 1)
    if (seen.endsWith(replay.slice(0, length))) return replay.slice(length);
  return replay;
}

/** Follows what was shown, and takes out of a replay what it repeats. */
export class Shown {
  #end = '';
  #repeats = false;

  /** The next text begins with what was printed before. */
  replays(): void {
    this.#repeats = true;
  }

  /** What of the text is new. */
  take(text: string): string {
    const fresh = this.#repeats ? unseen(this.#end, text) : text;
    this.#repeats = false;
    this.#end = (this.#end + fresh).slice(-KEPT);
    return fresh;
  }
}
