/** A notebook as nbformat writes it, as far as tests look into it. */
export interface RawNotebook {
  readonly nbformat: number;
  readonly nbformat_minor: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
  readonly metadata: Record<string, any>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
  readonly cells: Record<string, any>[];
}

/**
 * What two runs of the same notebook must have in common: all but names that the kernel makes up, how it cuts its streams,
 * and what we note for `--resume`. Streams are as JupyterLab keeps them, where nbclient leaves every overwritten letter.
 */
export function comparable(notebook: RawNotebook): unknown {
  const cells = notebook.cells.map(({ id: _, metadata, source, ...cell }) => ({
    ...cell,
    source: joined(source),
    metadata: withoutTimes(metadata),
    ...(cell.outputs === undefined ? {} : { outputs: outputsOf(cell.outputs, metadata.tags ?? []) }),
  }));
  const { lecoder: _, widgets, ...metadata } = notebook.metadata;
  const state: object = widgets?.['application/vnd.jupyter.widget-state+json']?.state ?? {};
  // The ids of widgets are chance, and so is the order they stand in.
  const models = Object.values(state)
    .map(model => JSON.stringify(plain(model)))
    .sort();
  return { ...(plain({ cells, metadata }) as object), models };
}

/** Which times were taken, not when. */
function withoutTimes({ execution, ...rest }: Record<string, unknown>): unknown {
  return execution === undefined ? rest : { ...rest, execution: Object.keys(execution as object).sort() };
}

type Output = Record<string, unknown>;

/** With the tag `any-order` the two streams are buffered by the kernel, and how they mix is chance. */
function outputsOf(outputs: readonly Output[], tags: readonly string[]): Output[] {
  const merged: Output[] = [];
  for (const output of outputs) {
    if (output.output_type !== 'stream') {
      merged.push(output);
      continue;
    }
    const text = joined(output.text);
    const index = tags.includes('any-order')
      ? merged.findIndex(({ name }) => name === output.name)
      : merged.at(-1)?.name === output.name
        ? merged.length - 1
        : -1;
    const last = merged[index];
    if (last === undefined) merged.push({ ...output, text });
    else merged[index] = { ...last, text: `${last.text}${text}` };
  }
  for (const output of merged) if (output.output_type === 'stream') output.text = overwritten(String(output.text));
  return tags.includes('any-order')
    ? merged.sort((one, other) => String(one.name).localeCompare(String(other.name)))
    : merged;
}

/** What is left to read where a carriage return or a backspace moves back in the line. */
function overwritten(text: string): string {
  return text.split('\n').map(lineLeft).join('\n');
}

function lineLeft(line: string): string {
  const letters: string[] = [];
  let place = 0;
  for (const letter of line) {
    if (letter === '\r') place = 0;
    else if (letter === '\b') place = Math.max(0, place - 1);
    else letters[place++] = letter;
  }
  return letters.join('');
}

function joined(text: unknown): string {
  return Array.isArray(text) ? text.join('') : String(text);
}

const CHANCE: readonly (readonly [RegExp, string])[] = [
  [/0x[\da-f]{6,}/g, '0xADDRESS'],
  [/\/tmp\/ipykernel_\d+\/\d+\.py/g, '/tmp/KERNEL.py'],
  [/(?<![\da-f])[\da-f]{32}(?![\da-f])/g, 'MODEL'],
  [/Thread-\d+/g, 'Thread-N'],
  [/~\/theirs\//g, '~/'],
];

/** Texts are whole, and without what chance put there. */
function plain(value: unknown): unknown {
  if (typeof value === 'string')
    return CHANCE.reduce((text, [pattern, instead]) => text.replace(pattern, instead), value);
  if (Array.isArray(value)) {
    const lines =
      value.length > 0 &&
      value.every(line => typeof line === 'string') &&
      value.slice(0, -1).every(line => line.endsWith('\n'));
    return lines ? plain(value.join('')) : value.map(plain);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [String(plain(key)), plain(item)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
