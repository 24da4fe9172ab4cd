import type { TopicPage } from './page.ts';

/** The fields that every object has, and those of a failure; all others are what `schema` prints. */
export async function jsonPage(): Promise<TopicPage> {
  const [{ jsonSchema }, { fieldRows, pick }] = await Promise.all([
    import('../../core/contract/json-schema.ts'),
    import('../../core/contract/field-rows.ts'),
  ]);
  const error = jsonSchema('error') ?? {};
  const head = Object.keys(error.properties ?? {}).filter(name => name !== 'error');
  const FIELD = ['Field', 'Type'];
  return {
    title: 'JSON',
    intro:
      'With `--json` a command prints exactly one object and a line end on stdout, in every outcome: its own object, or the `error` object. `--json-lines` prints events first, one a line, and ends with that same object, which has no `type`. Fields are only ever added. `lecoder-cgpu schema [command]` prints the schemas of all of them.',
    parts: [
      { title: 'Every object', head: FIELD, rows: fieldRows(pick(jsonSchema('logs stats') ?? {}, head)) },
      { title: 'A failure', head: FIELD, rows: fieldRows(pick(error, ['error'])) },
    ],
  };
}
