import type { OptionKind } from './spec.ts';

/** How the value of an option is written, by its kind; null for what needs no word. Read by `option-values.ts`. */
export const OPTION_KINDS: Readonly<Record<OptionKind, string | null>> = {
  flag: null,
  text: null,
  choice: null,
  whole: 'a whole number, such as 20',
  duration: 'seconds, or a number with ms, s, m, h or d, such as 90 or 15m',
  size: 'a size in bytes, or a number with k, M or G, such as 20M',
  list: 'words between commas, such as `a,b`; the option may be repeated',
  pairs: '`NAME=value`; the option may be repeated',
};
