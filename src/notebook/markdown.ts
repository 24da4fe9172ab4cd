import { stripVTControlCharacters } from 'node:util';
import type { JsonObject, MimeBundle } from '../core/events.ts';
import type { CellOutput, CodeCell, NotebookCell, NotebookDocument } from '../core/notebook-document.ts';

/** A page of Markdown and the images it shows, by their paths beside it. */
export interface MarkdownPage {
  readonly text: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What is shown of an output that has several forms, the best first. */
const FORMS = [
  'text/markdown',
  'image/svg+xml',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'text/html',
  'text/latex',
  'application/pdf',
  'text/plain',
] as const;

const ENDINGS: Readonly<Record<string, string>> = {
  'image/svg+xml': 'svg',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
};

/**
 * The notebook as Markdown. Code stands in fences, its outputs below; images become files in `<stem>_files`, attachments
 * too. Colours are taken out. Nothing is run.
 */
export function notebookMarkdown(notebook: NotebookDocument, stem: string): MarkdownPage {
  const files = new Map<string, Uint8Array>();
  const keep = (name: string, content: Uint8Array): string => {
    files.set(`${stem}_files/${name}`, content);
    return [`${stem}_files`, name].map(part => encodeURIComponent(part)).join('/');
  };
  const language = languageOf(notebook.metadata);
  const parts = notebook.cells.map((cell, index) => cellText(cell, { number: index + 1, language, keep }));
  return { text: `${parts.filter(text => text !== '').join('\n\n')}\n`, files };
}

interface Place {
  /** Of the cell, from 1. */
  readonly number: number;
  readonly language: string;
  /** Puts a file beside the page; returns its link. */
  readonly keep: (name: string, content: Uint8Array) => string;
}

function cellText(cell: NotebookCell, place: Place): string {
  if (cell.cell_type === 'code') return codeText(cell, place);
  if (cell.cell_type === 'raw') return ofMarkdown(cell.metadata) ? cell.source : '';
  return attached(cell.source, cell.attachments ?? {}, place);
}

/** A raw cell is for the one format it names, if it names one. */
function ofMarkdown(metadata: JsonObject): boolean {
  const format = metadata.raw_mimetype ?? metadata.format ?? '';
  return ['', 'text/markdown', 'text/html'].includes(String(format));
}

function codeText(cell: CodeCell, place: Place): string {
  const code = cell.source.trim() === '' ? [] : [fenced(cell.source, place.language)];
  const outputs = cell.outputs.map((output, index) => outputText(output, `${place.number}-${index + 1}`, place));
  return [...code, ...outputs].filter(text => text !== '').join('\n\n');
}

function outputText(output: CellOutput, name: string, place: Place): string {
  switch (output.output_type) {
    case 'stream':
      return fenced(output.text, 'text');
    case 'error':
      return fenced((output.traceback ?? []).join('\n') || `${output.ename}: ${output.evalue}`, 'text');
    case 'display_data':
    case 'execute_result':
      return bundleText(output.data, name, place);
    default:
      // A kind of output that came later than this program.
      return '';
  }
}

function bundleText(data: MimeBundle, name: string, place: Place): string {
  const type = FORMS.find(form => data[form] !== undefined);
  if (type === undefined) return '';
  const text = textOf(data[type]);
  const ending = ENDINGS[type];
  if (ending !== undefined) {
    const link = place.keep(`${name}.${ending}`, bytesOf(type, text));
    return ending === 'pdf' ? `[${name}.pdf](${link})` : `![${alternative(data)}](${link})`;
  }
  return type === 'text/plain' ? fenced(text, 'text') : text.trim();
}

/** What stands for an image where it cannot be seen: an object's address says nothing, and a bracket would end the link. */
function alternative(data: MimeBundle): string {
  const text = textOf(data['text/plain'] ?? '');
  return /^<.*>$/s.test(text)
    ? 'image'
    : text
        .replace(/[\s[\]]+/g, ' ')
        .trim()
        .slice(0, 80) || 'image';
}

/** Notebooks hold images of Markdown cells as `attachment:` links. */
function attached(source: string, attachments: JsonObject, place: Place): string {
  let text = source;
  for (const [name, bundle] of Object.entries(attachments)) {
    const [[type, content] = []] = Object.entries((bundle ?? {}) as JsonObject);
    if (type === undefined) continue;
    const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^\.+/, '');
    const link = place.keep(`${place.number}-${safe}`, bytesOf(type, textOf(content)));
    for (const written of [name, encodeURI(name)]) text = text.replaceAll(`attachment:${written}`, link);
  }
  return text;
}

/** A fence longer than any inside; what a terminal would have overwritten is left out. */
function fenced(text: string, language: string): string {
  const clean = overwritten(stripVTControlCharacters(text)).replace(/\n+$/, '');
  const longest = Math.max(2, ...[...clean.matchAll(/^\s*(`{3,})/gm)].map(found => found[1]?.length ?? 0));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean}\n${fence}`;
}

/** Of a progress bar the last state is left. */
function overwritten(text: string): string {
  if (!text.includes('\r')) return text;
  return text.replace(/\r+\n/g, '\n').replace(/(^|\n)[^\n]*\r(?=[^\n])/g, '$1');
}

function bytesOf(type: string, text: string): Uint8Array {
  return Buffer.from(text, type === 'image/svg+xml' ? 'utf8' : 'base64');
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join('');
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

/** Also where a notebook holds no more than the name of its kernel. */
export function languageOf(metadata: JsonObject): string {
  const named = (key: string, field: string) => (metadata[key] as JsonObject | undefined)?.[field];
  return String(named('language_info', 'name') ?? named('kernelspec', 'language') ?? 'python').toLowerCase();
}
