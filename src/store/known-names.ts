import { readText } from './atomic-file.ts';
import { isRecord } from './json-file.ts';

/** A name, and one line about it. */
export interface KnownName {
  readonly value: string;
  readonly about: string;
}

/** Names of the sessions in `state/sessions.json`. Throws when the file cannot be read; repairs nothing. */
export function sessionNames(path: string): readonly KnownName[] {
  return records(path, 'sessions').flatMap(({ name, provider, runtime }) => {
    const label = isRecord(runtime) ? runtime.label : '';
    return typeof name === 'string' ? [{ value: name, about: `${provider} ${label}`.trim() }] : [];
  });
}

/** Ids of the notebooks in `state/notebooks.json`, likewise. */
export function notebookIds(path: string): readonly KnownName[] {
  return records(path, 'notebooks').flatMap(({ id, name }) =>
    typeof id === 'string' && typeof name === 'string' ? [{ value: id, about: name }] : [],
  );
}

function records(path: string, key: string): readonly Record<string, unknown>[] {
  const file: unknown = JSON.parse(readText(path) ?? 'null');
  const list = isRecord(file) ? file[key] : null;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
