const PLAIN = /^[\w@%+=:,./-]+$/;

/** Quotes a word for a POSIX shell, and only where it needs it. */
export function shellQuote(word: string): string {
  if (word === '') return "''";
  if (PLAIN.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Joins words into a command line that a POSIX shell splits back into exactly these words. */
export function shellJoin(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
