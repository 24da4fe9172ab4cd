import { type Completion, complete, type KnownNames } from './complete.ts';
import { readShellLine } from './complete-shell-line.ts';

/**
 * Answers a shell's completion script: `complete <shell> =<word at the cursor> <words before it…>`, and for bash
 * `complete bash =<line up to the cursor> =<its word breaks>`. The first line says what the shell completes by itself;
 * then comes an offer a line, a tab before what it is about. Null when the script did not ask so.
 */
export async function completionReply(words: readonly string[], names: KnownNames): Promise<string | null> {
  const [shell, first, ...rest] = words;
  if (shell === undefined || !first?.startsWith('=')) return null;
  if (shell === 'bash') return bashReply(first.slice(1), (rest[0] ?? '').slice(1), names);
  const { paths, offers } = await complete(rest, first.slice(1), names);
  return [paths, ...offers.map(({ value, about }) => `${oneLine(value)}\t${oneLine(about)}`)].join('\n');
}

/** Bash replaces what stands behind the last of its word breaks, and takes what it gets as it is to stand there. */
async function bashReply(text: string, breaks: string, names: KnownNames): Promise<string> {
  const { words, current, quote } = readShellLine(text);
  const { paths, offers }: Completion = await complete(words, current, names);
  const cut =
    quote === ''
      ? 1 + Math.max(-1, ...[...'=:'].filter(mark => breaks.includes(mark)).map(mark => current.lastIndexOf(mark)))
      : 0;
  const shown = offers.map(({ value }) => (quote === '' ? escaped(value.slice(cut)) : value));
  return [paths, ...shown.map(oneLine)].join('\n');
}

const escaped = (text: string) => text.replace(/[^\w@%+=:,./~-]/gu, '\\$&');
const oneLine = (text: string) => text.replace(/\s+/g, ' ');
