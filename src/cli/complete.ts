import { findPlace, type Place, summaryOf } from './catalogue.ts';
import { optionCompletes, settingOffers, wordCompletes } from './complete-kinds.ts';
import { type CompletionLine, readCompletionLine } from './complete-line.ts';
import type { KnownOption } from './option-table.ts';
import type { Completes, WordSpec } from './spec.ts';
import { TOPICS } from './topics/topics.ts';

/** Something that may stand at the cursor. */
export interface Offer {
  readonly value: string;
  /** One line; empty for none. */
  readonly about: string;
}

export interface Completion {
  readonly offers: readonly Offer[];
  /** What the shell itself completes besides, after `--option=` where the word has that. */
  readonly paths: 'none' | 'files' | 'folders' | 'notebooks';
}

/** Names that are known on this machine. Each looks into a file at most, and gives nothing where it cannot. */
export type KnownNames = (
  kind: 'session' | 'notebook' | 'profile',
  config: { readonly config: string | null; readonly profile: string | null },
) => Promise<readonly Offer[]>;

const NOTHING: Completion = { offers: [], paths: 'none' };
const PATHS: Partial<Record<Completes, Completion['paths']>> = {
  file: 'files',
  folder: 'folders',
  notebook: 'notebooks',
};

/** What may stand where `current` is being typed, after the words before it. Touches no network. */
export async function complete(before: readonly string[], current: string, names: KnownNames): Promise<Completion> {
  const line = readCompletionLine(before, current);
  const found = await candidates(line, names);
  const typed = (offer: Offer) => offer.value.startsWith(current);
  return { ...found, offers: found.offers.filter(typed) };
}

async function candidates(line: CompletionLine, names: KnownNames): Promise<Completion> {
  const { current, place } = line;
  if (line.unknown) return NOTHING;
  if (line.pending !== null) return valuesOf(line.pending, { line, names, prefix: '' });
  const equals = current.indexOf('=');
  if (!line.ended && current.startsWith('--') && equals > 0) {
    const option = line.table.find(current.slice(0, equals));
    return option ? valuesOf(option, { line, names, prefix: current.slice(0, equals + 1) }) : NOTHING;
  }
  if (!line.ended && current.startsWith('-')) return { offers: optionOffers(line), paths: 'none' };
  if (line.help) return { offers: [...verbOffers(place), ...topicOffers(place)], paths: 'none' };
  const verbs = line.words.length === 0 ? verbOffers(place) : [];
  const word = wordAt(place.spec?.words ?? [], line.words.length);
  if (place.spec?.remoteWords) return { offers: verbs, paths: 'files' };
  if (word === null) return { offers: verbs.length > 0 || line.ended ? verbs : optionOffers(line), paths: 'none' };
  const values = await wordValues(word, { line, names, prefix: '' });
  return { ...values, offers: [...verbs, ...values.offers] };
}

interface Parts {
  readonly line: CompletionLine;
  readonly names: KnownNames;
  /** Stands in the word already: `--option=`. */
  readonly prefix: string;
}

async function valuesOf({ spec }: KnownOption, parts: Parts): Promise<Completion> {
  const typed = parts.line.current.slice(parts.prefix.length);
  const comma = spec.kind === 'list' ? typed.lastIndexOf(',') + 1 : 0;
  const prefix = parts.prefix + typed.slice(0, comma);
  const known = spec.choices ?? spec.suggests;
  if (known) return { offers: known.map(choice => ({ value: prefix + choice, about: '' })), paths: 'none' };
  return valuesOfKind(optionCompletes(spec), { ...parts, prefix });
}

async function wordValues(word: WordSpec, parts: Parts): Promise<Completion> {
  if (word.choices) return { offers: word.choices.map(value => ({ value, about: '' })), paths: 'none' };
  return valuesOfKind(wordCompletes(word), parts);
}

async function valuesOfKind(kind: Completes, { line, names, prefix }: Parts): Promise<Completion> {
  const paths = PATHS[kind] ?? 'none';
  if (kind === 'command') return { offers: verbOffers(findPlace(line.words)), paths };
  if (kind === 'file' || kind === 'folder' || kind === 'nothing') return { offers: [], paths };
  const offers =
    kind === 'setting' || kind === 'settingValue'
      ? await settingOffers(kind === 'setting' ? null : (line.words[0] ?? null))
      : await names(kind, line.places);
  return { offers: offers.map(offer => ({ ...offer, value: prefix + offer.value })), paths };
}

/** The last word when it takes all that follow. */
function wordAt(words: readonly WordSpec[], index: number): WordSpec | null {
  const variadic = words.findIndex(word => word.variadic);
  return words[variadic >= 0 ? Math.min(index, variadic) : index] ?? null;
}

function verbOffers(place: Place | null): Offer[] {
  const offers = (place?.children ?? []).map(value => ({ value, about: summaryOf([...(place?.path ?? []), value]) }));
  return place?.path.length === 0 ? [...offers, { value: 'help', about: 'Help for a command, or on a topic' }] : offers;
}

function topicOffers({ path }: Place): Offer[] {
  return path.length > 0 ? [] : TOPICS.map(({ name, summary }) => ({ value: name, about: summary }));
}

/** Those that may still be given. A short one only when it stands there already, so that the shell adds a blank. */
function optionOffers({ current, table, given, excluded }: CompletionLine): Offer[] {
  const short = table.find(current);
  if (short !== undefined && current.length === 2) return [{ value: current, about: short.spec.help }];
  return table.all
    .filter(({ key, spec }) => (!given.has(key) || spec.kind === 'pairs' || spec.kind === 'list') && !excluded.has(key))
    .map(({ long, spec }) => ({ value: long, about: spec.help }));
}
