import * as z from 'zod/mini';
import { Failure } from '../../core/failure.ts';

/** Five characters that keep a page of another site from running the answer as a script. */
const XSSI = ")]}'\n";

/**
 * The body as JSON, without the prefix where there is one; null for an empty body, which is a legal success.
 * Throws `apiUnavailable` for anything else, never with the body in it: tokens are in there.
 */
export function bodyOf(text: string, where: string): unknown {
  const bare = text.startsWith(XSSI) ? text.slice(XSSI.length) : text;
  if (bare.trim() === '') return null;
  try {
    return JSON.parse(bare);
  } catch {
    throw unreadable(where, 'is not JSON');
  }
}

/** Checks a body and translates it into our terms. Throws `apiUnavailable`, naming fields but no values. */
export function translated<T extends z.ZodMiniType>(schema: T, text: string, where: string): z.output<T> {
  const checked = z.safeParse(schema, bodyOf(text, where));
  if (checked.success) return checked.data;
  const fields = [...new Set(checked.error.issues.map(issue => issue.path.join('.') || 'the whole'))];
  throw unreadable(where, `is not what was expected (${fields.join(', ')})`);
}

function unreadable(where: string, why: string): Failure {
  return new Failure('apiUnavailable', `the answer of ${where} ${why}`, {
    retryable: false,
    hints: ['a login page or a proxy in between would do this; so would a change at Google: try a newer version'],
  });
}

/** A number, also where it comes as text (64-bit integers do); null when it is neither. */
export const LooseNumber = z.pipe(
  z.optional(z.unknown()),
  z.transform((value: unknown): number | null => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  }),
);

/** Text; null where it is missing, empty or something else. */
export const LooseText = z.pipe(
  z.optional(z.unknown()),
  z.transform((value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)),
);

/** The texts of a list; none where there is no list. */
export const LooseTexts = z.pipe(
  z.optional(z.unknown()),
  z.transform((value: unknown): readonly string[] =>
    Array.isArray(value) ? value.filter(item => typeof item === 'string' && item !== '') : [],
  ),
);

/** A list of which each item is checked by itself: one that cannot be understood does not spoil the others. */
export function looseList<T extends z.ZodMiniType>(item: T) {
  return z.pipe(
    z.optional(z.unknown()),
    z.transform((value: unknown): z.output<T>[] =>
      (Array.isArray(value) ? value : []).flatMap(each => {
        const checked = z.safeParse(item, each);
        return checked.success ? [checked.data] : [];
      }),
    ),
  );
}
