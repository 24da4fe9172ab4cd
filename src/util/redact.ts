const SECRET_KEY =
  /token|authori[sz]ation|passw|passphrase|secret|cookie|credential|api[-_]?key|private[-_]?key|^env$|^environment$/i;
const MASK = '[redacted]';
const LONGEST_TEXT = 8192;
const DEEPEST = 6;

/** What a secret looks like inside text: a parameter or an assignment, an authorization, a user's part of a URL. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${MASK}`],
  [/\b(authorization["']?\s*[:=]\s*["']?)(?:token\s+)?(?!Bearer |Basic )[^\s"',;]+/gi, `$1${MASK}`],
  [
    /\b([\w-]*(?:token|secret|passwd|password|api[-_]?key)["']?\s*[=:]\s*["']?)(?!\[redacted\])[^\s"'&,;}]+/gi,
    `$1${MASK}`,
  ],
  [/(\w+:\/\/)[^/\s:@]+:[^/\s@]+@/g, `$1${MASK}@`],
];

/** A copy that is safe to log: secrets masked, deep and long parts cut, errors turned into their name and message. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '[…]';
  if (value instanceof Date || value instanceof URL)
    return redactText(String(value instanceof Date ? value.toJSON() : value.href));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map(item => redact(item, depth + 1));
  const own =
    value instanceof Error
      ? { ...value, name: value.name, message: value.message, stack: value.stack, cause: value.cause }
      : value;
  return Object.fromEntries(
    Object.entries(own)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, isSecret(key, item) ? MASK : redact(item, depth + 1)]),
  );
}

/** Text without the secrets it plainly names; very long text is cut. */
export function redactText(text: string): string {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return PATTERNS.reduce((seen, [pattern, instead]) => seen.replace(pattern, instead), short);
}

/** Numbers and truth values under such a key (`tokenCount`, `hasToken`) tell nothing. */
function isSecret(key: string, value: unknown): boolean {
  return SECRET_KEY.test(key) && value !== null && typeof value !== 'number' && typeof value !== 'boolean';
}
