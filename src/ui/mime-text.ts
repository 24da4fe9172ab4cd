import type { MimeBundle } from '../core/events.ts';

/** The `text/plain` of a display or result, or null when it has none. */
export function plainText(bundle: MimeBundle): string | null {
  const text = bundle['text/plain'];
  if (typeof text === 'string') return text;
  return Array.isArray(text) ? text.join('') : null;
}
