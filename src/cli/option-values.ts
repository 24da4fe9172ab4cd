import { OPTION_KINDS } from './option-kinds.ts';
import type { KnownOption } from './option-table.ts';
import { didYouMean, oneOf, usageError } from './usage.ts';

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
const BYTES: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Checks an option's text by its kind and returns what the command gets. Throws `usage` failures. */
export function readOptionValue(option: KnownOption, text: string): unknown {
  switch (option.spec.kind) {
    case 'flag':
    case 'text':
      return text;
    case 'whole':
      return wholeNumber(option, text);
    case 'duration':
      return seconds(option, text);
    case 'size':
      return bytes(option, text);
    case 'choice':
      return choice(option, text);
    case 'list':
      return text
        .split(',')
        .map(part => part.trim())
        .filter(part => part !== '');
    case 'pairs':
      return pair(option, text);
  }
}

function wholeNumber(option: KnownOption, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw wrong(option, text);
  return value;
}

function seconds(option: KnownOption, text: string): number {
  const found = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h|d)?$/.exec(text);
  if (found === null) throw wrong(option, text);
  return Number(found[1]) * (SECONDS[found[2] ?? 's'] ?? 1);
}

function bytes(option: KnownOption, text: string): number {
  const found = /^(\d+(?:\.\d+)?)([kmg])?(?:i?b)?$/i.exec(text);
  if (found === null) throw wrong(option, text);
  return Math.round(Number(found[1]) * (BYTES[(found[2] ?? '').toLowerCase()] ?? 1));
}

function choice(option: KnownOption, text: string): string {
  const choices = option.spec.choices ?? [];
  if (choices.includes(text)) return text;
  const hints = didYouMean(text, choices, word => `${option.long} ${word}`);
  throw usageError(`\`${option.long}\` takes ${oneOf(choices)}, not \`${text}\``, hints);
}

/** The text is never repeated in the message: it may be a secret. */
function pair(option: KnownOption, text: string): string {
  if (!/^[A-Za-z_]\w*(=|$)/.test(text)) throw usageError(`\`${option.long}\` takes NAME=value`);
  return text;
}

function wrong(option: KnownOption, text: string) {
  return usageError(`\`${option.long}\` takes ${OPTION_KINDS[option.spec.kind]}, not \`${text}\``);
}
