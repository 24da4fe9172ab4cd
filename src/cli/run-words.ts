import { type OptionTable, readOptionToken } from './option-table.ts';

export interface SplitWords {
  /** Tokens for our own parser: options and their values, in order. */
  readonly ours: readonly string[];
  /** The remote command or program, untouched. */
  readonly words: readonly string[];
}

const MODES = new Set(['terminal', 'kernel']);
/** Behind a remote command these ask that command: `run python --version`. Before it they ask us. */
const QUESTIONS = new Set(['--help', '--version']);

/**
 * Decides which tokens after `run` are ours and which belong to the remote command:
 * all after `--` is remote; before the first word everything is ours (the parser refuses what it does not know);
 * after it our long options stay ours but `--help` and `--version`, and short ones only when the word is one quoted program with white space
 * in it and nothing but options follows, or for `-m terminal|kernel`.
 */
export function splitRunWords(tokens: readonly string[], table: OptionTable): SplitWords {
  const ours: string[] = [];
  let index = 0;
  for (; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    if (token === '--') return { ours, words: tokens.slice(index + 1) };
    if (!token.startsWith('-') || token === '-') break;
    ours.push(token);
    if (readOptionToken(token, tokens[index + 1], table)?.takesNext && index + 1 < tokens.length)
      ours.push(tokens[++index] ?? '');
  }
  if (index === tokens.length) return { ours, words: [] };
  const program = tokens[index] ?? '';
  const rest = tokens.slice(index + 1);
  const alone = /\s/.test(program) ? splitRest(rest, table, true) : null;
  const split = alone?.words.length === 0 ? alone : splitRest(rest, table, false);
  return { ours: [...ours, ...split.ours], words: [program, ...split.words] };
}

function splitRest(tokens: readonly string[], table: OptionTable, shortIsOurs: boolean): SplitWords {
  const ours: string[] = [];
  const words: string[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    const next = tokens[index + 1];
    if (token === '--') return { ours, words: [...words, ...tokens.slice(index + 1)] };
    const mode = token === '-m' && next !== undefined && MODES.has(next);
    const mayBeOurs = mode || shortIsOurs || token.startsWith('--');
    const read = mayBeOurs && !QUESTIONS.has(token) ? readOptionToken(token, next, table) : null;
    if (read === null) {
      words.push(token);
      continue;
    }
    ours.push(token);
    if (read.takesNext && next !== undefined) {
      ours.push(next);
      index++;
    }
  }
  return { ours, words };
}
