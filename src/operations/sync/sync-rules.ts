import type { Ignore } from 'ignore';

/** The names of files whose rules say what is left out, the later ones on top of the earlier. */
export const RULE_FILES = ['.gitignore', '.colabignore'] as const;

export interface RulesAbove {
  /** From the top of the repository to the synced folder, with `/`; empty when they are the same. */
  readonly prefix: string;
  /** Texts of rules by folder below that top, the outermost first. */
  readonly texts: readonly { readonly folder: string; readonly text: string }[];
}

/**
 * What git would ignore, and `.colabignore` as if its lines stood below those of the `.gitignore` beside it. `.git` is
 * always left out. Paths are relative to the synced folder, with `/`.
 */
export class SyncRules {
  readonly #make: () => Ignore;
  readonly #prefix: string;
  readonly #above: readonly string[];
  readonly #own = new Map<string, readonly string[]>();
  #matchers = new Map<string, Ignore>();

  constructor(make: () => Ignore, { prefix, texts }: RulesAbove) {
    this.#make = make;
    this.#prefix = prefix;
    const above = texts.flatMap(({ folder, text }) => rulesOf(text, folder));
    // A folder that the user names is meant, also when rules above it ignore it as a whole.
    this.#above = prefix !== '' && matcher(make, above).ignores(`${prefix}/`) ? [] : above;
  }

  /** Whether this folder has rules of its own. */
  has(folder: string): boolean {
    return this.#own.has(folder);
  }

  /** Rules of that folder, under those that it has already. */
  add(folder: string, text: string): void {
    this.#own.set(folder, [...(this.#own.get(folder) ?? []), ...rulesOf(text, this.#whole(folder))]);
    this.#matchers = new Map();
  }

  ignores(path: string, isFolder: boolean): boolean {
    if (path.split('/').includes('.git')) return true;
    const whole = this.#whole(path);
    return this.#matcherFor(parentOf(path)).ignores(isFolder ? `${whole}/` : whole);
  }

  #whole(path: string): string {
    return [this.#prefix, path].filter(part => part !== '').join('/');
  }

  #matcherFor(folder: string): Ignore {
    const known = this.#matchers.get(folder);
    if (known) return known;
    const inherits = folder !== '' && !this.#own.has(folder);
    const made = inherits ? this.#matcherFor(parentOf(folder)) : matcher(this.#make, this.#rulesFor(folder));
    this.#matchers.set(folder, made);
    return made;
  }

  #rulesFor(folder: string): readonly string[] {
    const outer = folder === '' ? this.#above : this.#rulesFor(parentOf(folder));
    return [...outer, ...(this.#own.get(folder) ?? [])];
  }
}

export async function syncRules(above: RulesAbove, platform: NodeJS.Platform): Promise<SyncRules> {
  const { default: ignore } = await import('ignore');
  // As git decides it where a repository does not say otherwise.
  const ignorecase = platform === 'win32' || platform === 'darwin';
  return new SyncRules(() => ignore({ ignorecase }), above);
}

/** The folder that holds it; empty for what lies at the top. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function matcher(make: () => Ignore, rules: readonly string[]): Ignore {
  return make().add(rules.map(pattern => ({ pattern })));
}

/** The rules of a text as they read at the top: all in one list, so that inner ones go before outer ones. */
function rulesOf(text: string, folder: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .flatMap(line => rebased(line, folder) ?? []);
}

function rebased(line: string, folder: string): string | null {
  const negative = line.startsWith('!');
  const body = negative ? line.slice(1) : line;
  const bare = body.replace(/ +$/, '');
  if (bare === '' || bare === '/' || line.startsWith('#')) return null;
  if (folder === '') return line;
  // With a slash that is not its last character a rule is tied to its folder, else it counts at any depth below.
  const tied = bare.slice(0, -1).includes('/');
  const inner = tied ? body.replace(/^\//, '') : `**/${body}`;
  return `${negative ? '!' : ''}/${folder.replace(/[\\*?[\] !#]/g, '\\$&')}/${inner}`;
}
