/** A line of a shell up to the cursor. */
export interface ShellLine {
  /** The words before the one at the cursor, without the program. */
  readonly words: readonly string[];
  readonly current: string;
  /** The quote that is still open, or nothing. */
  readonly quote: '' | '"' | "'";
}

/** Takes a line apart as a shell does: quotes and backslashes, but no substitutions. */
export function readShellLine(text: string): ShellLine {
  const words: string[] = [];
  let word: string | null = null;
  let quote: ShellLine['quote'] = '';
  for (let index = 0; index < text.length; index++) {
    const mark = text[index] ?? '';
    if (mark === quote && quote !== '') quote = '';
    else if (mark === '\\' && quote !== "'") word = (word ?? '') + (text[++index] ?? '');
    else if (quote === '' && (mark === '"' || mark === "'")) {
      quote = mark;
      word ??= '';
    } else if (quote === '' && /\s/.test(mark)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + mark;
  }
  return { words: words.slice(1), current: word ?? '', quote };
}
