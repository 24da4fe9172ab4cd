import { Failure } from '../../core/failure.ts';

/** Which notebook a word on the command line means. */
export type NotebookAddress =
  | { readonly kind: 'drive'; readonly id: string }
  /** As it was typed. */
  | { readonly kind: 'file'; readonly path: string };

const COLAB = ['colab.research.google.com', 'colab.sandbox.google.com'];
const DRIVE = 'drive.google.com';
const FORMS = [
  'give its id, `https://colab.research.google.com/drive/<id>`, `https://drive.google.com/file/d/<id>` or `https://drive.google.com/open?id=<id>`',
];

/**
 * A file that is there, else a notebook in Drive, else a file that is missing: whoever reads it says so. `exists` answers for this machine.
 * Throws `usage` for an address of a page that shows no notebook in Drive.
 */
export function notebookAddress(word: string, exists: (path: string) => boolean): NotebookAddress {
  if (!isAddress(word) && exists(word)) return { kind: 'file', path: word };
  if (isAddress(word) || isId(word)) return { kind: 'drive', id: driveId(word) };
  return { kind: 'file', path: word };
}

/** The id in Drive that a word names, bare or as an address of Colab or Drive. Throws `usage`. */
export function driveId(word: string): string {
  const text = word.trim();
  const id = isAddress(text) ? idInAddress(text) : text;
  if (id !== null && isId(id)) return id;
  if (isAddress(text))
    throw new Failure('usage', `\`${text}\` is not the address of a notebook in Drive`, { hints: FORMS });
  throw new Failure('usage', `\`${text}\` is not the id of a notebook in Drive`, {
    hints: ['`lecoder-cgpu notebook list` shows ids', ...FORMS],
  });
}

/** Drive's ids are letters, digits, `-` and `_`; how many is nowhere promised. */
function isId(text: string): boolean {
  return /^[\w-]{10,}$/.test(text);
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) || [...COLAB, DRIVE].some(host => text.toLowerCase().startsWith(`${host}/`));
}

function idInAddress(text: string): string | null {
  const whole = /^https?:/i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) return null;
  const { hostname, pathname, searchParams } = new URL(whole);
  // `/u/1/` says which of several signed-in accounts the browser is to use
  const path = pathname.replace(/\/u\/\d+(?=\/)/, '');
  if (COLAB.includes(hostname)) return /^\/drive\/([^/]+)\/?$/.exec(path)?.[1] ?? null;
  if (hostname !== DRIVE) return null;
  return /^\/file\/d\/([^/]+)/.exec(path)?.[1] ?? searchParams.get('id');
}
