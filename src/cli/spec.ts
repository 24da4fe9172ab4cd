import type { AnyCommand } from '../core/command.ts';
import type { Leniency } from '../core/settings.ts';

/** A command as data. Parsing, help, the reference pages and completion read this and load nothing else. */
export interface CommandSpec {
  readonly path: readonly string[];
  /** One line for lists, without a full stop. */
  readonly summary: string;
  readonly description?: string;
  readonly words?: readonly WordSpec[];
  readonly options?: readonly OptionSpec[];
  readonly examples?: readonly Example[];
  readonly aliases?: readonly (readonly string[])[];
  /** Camel-cased options of which only one may be given. */
  readonly exclusive?: readonly (readonly string[])[];
  /** The words belong to a remote command or program, by the rule in `run-words.ts`. */
  readonly remoteWords?: true;
  readonly lenient?: Leniency;
  readonly load: () => Promise<AnyCommand>;
}

/** A noun that only holds verbs. */
export interface GroupSpec {
  readonly path: readonly string[];
  readonly summary: string;
}

export interface WordSpec {
  readonly name: string;
  readonly help: string;
  readonly required?: boolean;
  readonly variadic?: boolean;
  /** The only words it may be; the nearest one is named for a typing error. */
  readonly choices?: readonly string[];
  /** What completion offers; absent: what the name suggests, see `complete-kinds.ts`. */
  readonly completes?: Completes;
}

/**
 * What a value may be completed with. `notebook`: ids of Drive that are known here, and local notebooks;
 * `settingValue`: what the setting named by the first word may hold.
 */
export type Completes =
  | 'file'
  | 'folder'
  | 'notebook'
  | 'session'
  | 'profile'
  | 'setting'
  | 'settingValue'
  | 'command'
  | 'nothing';

/**
 * How an option's text is read: `whole` a whole number, `duration` seconds (suffixes ms, s, m, h, d), `size` bytes
 * (suffixes k, M, G), `list` words between commas, `pairs` NAME=value. `list` and `pairs` may be repeated.
 */
export type OptionKind = 'flag' | 'text' | 'whole' | 'duration' | 'size' | 'choice' | 'list' | 'pairs';

export interface OptionSpec {
  /** As in `-n, --limit <count>`; `[model]` for a value that may be left out. */
  readonly flags: string;
  readonly help: string;
  readonly kind: OptionKind;
  readonly choices?: readonly string[];
  /** As for a word. */
  readonly completes?: Completes;
  /** Offered by completion; others are taken too. */
  readonly suggests?: readonly string[];
  /** Given to the command when the option is absent. */
  readonly default?: string | number | boolean;
  /** The default as help prints it, where it comes from elsewhere (settings). */
  readonly defaultText?: string;
  /** The next word is taken as an optional value only when it matches. */
  readonly valueLike?: RegExp;
}

export interface Example {
  readonly line: string;
  readonly what: string;
}

/** The parts of `flags`. */
export interface OptionNames {
  readonly short: string | null;
  readonly long: string;
  /** The camel-cased name under which a command receives the value (`--no-shell` is `shell: false`). */
  readonly key: string;
  readonly value: 'none' | 'required' | 'optional';
  readonly negated: boolean;
}

export function optionNames(spec: OptionSpec): OptionNames {
  const short = /(?:^|\s)(-\w)\b/.exec(spec.flags)?.[1] ?? null;
  const long = /--[\w-]+/.exec(spec.flags)?.[0] ?? '';
  const negated = long.startsWith('--no-');
  const value = spec.flags.includes('<') ? 'required' : spec.flags.includes('[') ? 'optional' : 'none';
  return { short, long, key: camelCase(long.slice(negated ? 5 : 2)), value, negated };
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
