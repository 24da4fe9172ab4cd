import { parse } from 'yaml';

/** A fenced block of a Markdown file. */
export interface DocBlock {
  /** As `docs/files.md:3`. */
  readonly where: string;
  readonly language: string;
  /** What stands behind the language: `no-run: why` where its commands are not run by the tests. */
  readonly info: string;
  readonly text: string;
}

export function docBlocks(file: string, markdown: string): readonly DocBlock[] {
  return [...markdown.matchAll(/^( *)```(\w*)[ ]?([^\n]*)\n([\s\S]*?)^\1```$/gm)].map(found => ({
    where: `${file}:${markdown.slice(0, found.index).split('\n').length}`,
    language: found[2] ?? '',
    info: found[3] ?? '',
    text: (found[4] ?? '').replace(new RegExp(`^${found[1]}`, 'gm'), ''),
  }));
}

/** What a shell is given in a block; placeholders are filled in. */
export function scriptOf({ language, text }: DocBlock): string {
  const typed = language === 'console' ? typedLines(text) : language === 'yaml' ? yamlScripts(parse(text)) : [text];
  return filledIn(typed.join('\n'));
}

/** The lines behind `$ ` of what a terminal shows. */
export function typedLines(text: string): string[] {
  return [...text.matchAll(/^\$ (.*)$/gm)].map(found => found[1] ?? '');
}

const SCRIPTS = new Set(['run', 'script', 'before_script', 'after_script']);

/** What the shells of a workflow run, wherever it stands. */
export function yamlScripts(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    SCRIPTS.has(key) && (typeof each === 'string' || Array.isArray(each))
      ? [each].flat().map(String)
      : yamlScripts(each),
  );
}

const FILLED: Readonly<Record<string, string>> = { command: 'run', shell: 'bash' };

/** `<id>` and the like stand for something else, and become one word. */
export function filledIn(text: string): string {
  return text.replace(/<([a-z](?:[\w -]*\w)?)>/gi, (_, name: string) => FILLED[name] ?? 'PLACEHOLDER');
}
