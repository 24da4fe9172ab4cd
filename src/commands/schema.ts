import * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import type { JsonObject } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import { nearest } from '../util/nearest.ts';

const Input = z.object({ command: z._default(z.array(z.string()), []) });

type Schemas = Readonly<Record<string, JsonObject>>;

export const command: Command<z.infer<typeof Input>, Schemas> = {
  input: Input,
  run: async ({ command: words }) => {
    const { jsonSchema, SCHEMA_NAMES } = await import('../core/contract/json-schema.ts');
    const wanted = words.length === 0 ? SCHEMA_NAMES : [chosen(words.join(' '), SCHEMA_NAMES)];
    return Object.fromEntries(wanted.map(name => [name, jsonSchema(name) ?? {}]));
  },
  payload: 'data',
  view: schemas => {
    const all = Object.values(schemas);
    return JSON.stringify(all.length === 1 ? all[0] : schemas, null, 2);
  },
};

/** `history` is `logs` by another name. */
function chosen(words: string, names: readonly string[]): string {
  const name = words.replace(/^history\b/, 'logs');
  if (names.includes(name)) return name;
  const near = nearest(name, names);
  const hint = near === null ? [] : [`did you mean \`lecoder-cgpu schema ${near}\`?`];
  throw new Failure('usage', `there is no schema for \`${words}\``, {
    hints: [...hint, `there are ${names.map(each => `\`${each}\``).join(', ')}`],
  });
}
