/** A story file: prose with ```report blocks, each of command lines and the exact report under them. */
export interface Story {
  readonly parts: readonly (string | Report[])[];
}

export interface Report {
  /** As typed after `$ `; several lines of one quoted word are joined by line ends. */
  readonly line: string;
  /** What is piped in, from lines that begin with `< `; null for none. */
  readonly stdin: string | null;
  /** Everything under the command line, as it stands. */
  readonly expected: string;
}

const BLOCK = /^```report\n([\s\S]*?)^```$/gm;

export function readStory(text: string): Story {
  const parts: (string | Report[])[] = [];
  let end = 0;
  for (const found of text.matchAll(BLOCK)) {
    parts.push(text.slice(end, found.index), readBlock(found[1] ?? ''));
    end = found.index + found[0].length;
  }
  return { parts: [...parts, text.slice(end)] };
}

function readBlock(text: string): Report[] {
  return text
    .split(/^(?=\$ )/m)
    .filter(part => part.trim() !== '')
    .map(part => {
      const [first = '', ...rest] = part.replace(/\n+$/, '').split('\n');
      const stdin = rest.filter(line => line.startsWith('< ')).map(line => `${line.slice(2)}\n`);
      const expected = rest.filter(line => !line.startsWith('< ')).join('\n');
      return { line: first.slice(2), stdin: stdin.length === 0 ? null : stdin.join(''), expected };
    });
}

/** The file again, with these reports in place of the old ones. */
export function writeStory(story: Story, reports: ReadonlyMap<Report, string>): string {
  return story.parts.map(part => (typeof part === 'string' ? part : block(part, reports))).join('');
}

function block(reports: readonly Report[], news: ReadonlyMap<Report, string>): string {
  const texts = reports.map(report => {
    const stdin = (report.stdin ?? '')
      .split('\n')
      .slice(0, -1)
      .map(line => `< ${line}\n`);
    return `$ ${report.line}\n${stdin.join('')}${news.get(report) ?? report.expected}\n`;
  });
  return `\`\`\`report\n${texts.join('\n')}\`\`\``;
}

export interface CommandLine {
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

/** Splits a command line as a shell would: `NAME=value` before the program, quotes, backslashes. No substitutions. */
export function readCommand(line: string): CommandLine {
  const words = [...line.matchAll(/((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+)/g)].map(([word]) => unquote(word));
  const start = words.indexOf('lecoder-cgpu');
  if (start < 0) throw new Error(`not a line of ours: ${line}`);
  const env = Object.fromEntries(
    words.slice(0, start).map(word => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
  return { env, argv: words.slice(start + 1) };
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  );
}
