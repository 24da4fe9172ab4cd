/** A simple command of a shell script, as words without quotes; assignments before it and redirections left out. */
export type ShellWords = readonly string[];

/**
 * The simple commands of a script, those inside `$(…)` and subshells too, in the order in which they end. Enough of the
 * shell's grammar for what people put into documentation: no `case`, no functions, no process substitution.
 */
export function shellCommands(script: string): readonly ShellWords[] {
  const reader = new Reader(script);
  reader.list(null);
  return reader.found;
}

const KEYWORDS = new Set(['if', 'then', 'else', 'elif', 'fi', 'do', 'done', 'while', 'until', '!', '{', '}', 'time']);

class Reader {
  readonly found: ShellWords[] = [];
  readonly #text: string;
  #at = 0;
  #words: string[] = [];
  #word: string | null = null;
  /** The next word is where a redirection goes. */
  #target = false;
  #hereEnds: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads up to `end`, or all. */
  list(end: ')' | null): void {
    const [words, word] = [this.#words, this.#word];
    [this.#words, this.#word] = [[], null];
    while (this.#at < this.#text.length) {
      const mark = this.#text[this.#at++] ?? '';
      if (mark === end) break;
      this.#take(mark);
    }
    this.#endCommand();
    [this.#words, this.#word] = [words, word];
  }

  #take(mark: string): void {
    const next = this.#text[this.#at] ?? '';
    if (mark === '\\') {
      if (next !== '\n') this.#add(next);
      this.#at++;
    } else if (mark === "'") {
      const close = this.#text.indexOf("'", this.#at);
      this.#add(this.#text.slice(this.#at, close < 0 ? undefined : close));
      this.#at = close < 0 ? this.#text.length : close + 1;
    } else if (mark === '"') this.#quoted();
    else if (mark === '$' && next === '(') this.#substitution();
    else if (mark === '#' && this.#word === null) this.#at = this.#lineEnd();
    else if (mark === '<' || mark === '>') this.#redirection(mark);
    else if (/[;|&\n()]/.test(mark)) {
      this.#endCommand();
      if (mark === '\n') this.#skipHeres();
    } else if (/\s/.test(mark)) this.#endWord();
    else this.#add(mark);
  }

  #add(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  #quoted(): void {
    this.#add('');
    while (this.#at < this.#text.length) {
      const mark = this.#text[this.#at++] ?? '';
      if (mark === '"') return;
      if (mark === '\\') this.#add(this.#text[this.#at++] ?? '');
      else if (mark === '$' && this.#text[this.#at] === '(') this.#substitution();
      else this.#add(mark);
    }
  }

  #substitution(): void {
    this.#at++;
    this.list(')');
    this.#add('$()');
  }

  #redirection(mark: string): void {
    if (/^\d+$/.test(this.#word ?? '')) this.#word = null;
    this.#endWord();
    const here = mark === '<' && this.#text[this.#at] === '<' && this.#text[this.#at + 1] !== '<';
    while (/[<>&]/.test(this.#text[this.#at] ?? '')) this.#at++;
    if (here) this.#hereEnds.push(/^-?\s*['"]?(\w+)/.exec(this.#text.slice(this.#at))?.[1] ?? '');
    this.#target = true;
  }

  #skipHeres(): void {
    for (const end of this.#hereEnds.splice(0)) {
      const found = new RegExp(`^\\s*${end}$`, 'm').exec(this.#text.slice(this.#at));
      this.#at = found === null ? this.#text.length : this.#at + found.index + found[0].length;
    }
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #endWord(): void {
    if (this.#word === null) return;
    if (!this.#target) this.#words.push(this.#word);
    this.#target = false;
    this.#word = null;
  }

  #endCommand(): void {
    this.#endWord();
    let start = 0;
    while (KEYWORDS.has(this.#words[start] ?? '') || /^\w+=/.test(this.#words[start] ?? '')) start++;
    if (start < this.#words.length) this.found.push(this.#words.slice(start));
    this.#words = [];
  }
}

/** Programs that run the command behind their own words. */
const WRAPPERS = new Set(['npx', 'ssh', 'exec', 'xargs', 'timeout', 'env', 'nohup', 'sudo', 'command', 'docker']);

/** The arguments of each call of `lecoder-cgpu` in a script, in programs handed to `bash -c` too. */
export function ourCalls(script: string): readonly ShellWords[] {
  return shellCommands(script).flatMap((words): readonly ShellWords[] => {
    const inner = words.findIndex((word, index) => /^(ba)?sh$/.test(word) && words[index + 1] === '-c');
    if (inner >= 0) return ourCalls(words[inner + 2] ?? '');
    if (words[0] === 'lecoder-cgpu') return [words.slice(1)];
    const at = WRAPPERS.has(words[0] ?? '') ? words.indexOf('lecoder-cgpu') : -1;
    return at < 0 ? [] : [words.slice(at + 1)];
  });
}
