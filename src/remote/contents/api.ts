import { posix } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { ContentsPlace } from '../../core/files.ts';
import { ask, type HttpAnswer, type HttpHost, type HttpRequest } from '../../http/request.ts';
import { sentence } from '../files/failures.ts';

export interface ContentsEntry {
  readonly name: string;
  readonly path: string;
  readonly folder: boolean;
  readonly size: number;
  /** Milliseconds since 1970; null when it is not told. */
  readonly modified: number | null;
  readonly sha256: string | null;
}

/** Milliseconds. A piece is written, or a file hashed, before the answer comes. */
const PATIENCE = 120_000;

/** Jupyter's contents API. Source: the wire document, section 4.4, and jupyter-server's handlers. */
export class ContentsApi {
  readonly #host: HttpHost;
  readonly place: ContentsPlace;

  constructor(host: HttpHost, place: ContentsPlace) {
    this.#host = host;
    this.place = place;
  }

  get host(): HttpHost {
    return this.#host;
  }

  /** Null when there is no such file or folder, or one that the server hides. */
  async stat(path: string, signal: AbortSignal, hash = false): Promise<ContentsEntry | null> {
    const query = { content: '0', ...(hash ? { hash: '1', type: 'file' } : {}) };
    const answer = await this.#ask(path, { method: 'GET', query, signal, timeout: PATIENCE }, [404]);
    return answer.status === 404 ? null : entryOf(answer.json());
  }

  /** What a folder holds; hidden files only where the server shows them. */
  async list(path: string, signal: AbortSignal): Promise<readonly ContentsEntry[]> {
    const answer = await this.#ask(path, { method: 'GET', query: { type: 'directory' }, signal });
    const { content } = answer.json() as { content?: unknown };
    const entries = Array.isArray(content) ? content.map(entryOf) : [];
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Writes the file, or a piece at its end. Never repeated by itself: a piece would be there twice. */
  async write(path: string, bytes: Buffer, signal: AbortSignal, chunk?: number): Promise<ContentsEntry> {
    const content = { type: 'application/json', bytes: writeBody(bytes, chunk) };
    const answer = await this.#ask(path, { method: 'PUT', content, signal, timeout: PATIENCE, retry: false });
    return entryOf(answer.json());
  }

  async makeFolder(path: string, signal: AbortSignal): Promise<void> {
    await this.#ask(path, { method: 'PUT', body: { type: 'directory' }, signal });
  }

  async rename(path: string, to: string, signal: AbortSignal): Promise<void> {
    await this.#ask(path, { method: 'PATCH', body: { path: to }, signal });
  }

  async remove(path: string, signal: AbortSignal): Promise<void> {
    await this.#ask(path, { method: 'DELETE', signal }, [404]);
  }

  /** The API's path of what a user means. Throws `usage` for what lies out of its reach. */
  pathOf(word: string): string {
    const { root, folder } = this.place;
    if (word.startsWith('~') || (word.startsWith('/') && root === null)) throw beyond(word);
    const whole = word.startsWith('/') ? posix.relative(root ?? '/', posix.normalize(word)) : posix.join(folder, word);
    const path = whole.replace(/\/+$/, '');
    if (path === '..' || path.startsWith('../')) throw beyond(word);
    return path === '.' ? '' : path;
  }

  /** A path of the API as people know it. */
  shown(path: string): string {
    const { root } = this.place;
    return root === null ? path || '.' : posix.join(root, path);
  }

  async #ask(path: string, request: Omit<HttpRequest, 'path'>, statuses: readonly number[] = []): Promise<HttpAnswer> {
    const whole = { ...request, path: addressOf('api/contents', path), statuses: [...statuses, ...REFUSALS] };
    const answer = await ask(this.#host, this.place.doorway(), whole);
    if (answer.status >= 400 && !statuses.includes(answer.status)) throw this.refusal(path, answer.status, answer.text);
    return answer;
  }

  refusal(path: string, status: number, text: string): Failure {
    const told = serverWords(text);
    const hidden = path.split('/').some(part => part.startsWith('.'));
    const say = (words: string) => sentence('runtime', this.shown(path), words);
    const facts = { hints: [], retryable: false, ...(told === null ? {} : { details: told }) };
    if (hidden && (status === 400 || status === 404))
      return new Failure('permissionDenied', say('the server shows and takes no hidden files'), facts);
    if (status === 403) return new Failure('permissionDenied', say('not allowed'), facts);
    if (status === 404) return new Failure('fileNotFound', say('no such file or folder'), facts);
    if (status === 409) return new Failure('transferFailed', say('is there already'), facts);
    if (status === 413) return new Failure('fileTooLarge', say('more than the server takes'), facts);
    return new Failure('transferFailed', say(told ?? `the server answered ${status}`), facts);
  }
}

/** The JSON of a write, made in one piece: as objects and strings it would be in memory four times. */
function writeBody(bytes: Buffer, chunk: number | undefined): Buffer {
  const head = `{"type":"file","format":"base64",${chunk === undefined ? '' : `"chunk":${chunk},`}"content":"`;
  const body = Buffer.allocUnsafeSlow(head.length + 4 * Math.ceil(bytes.byteLength / 3) + 2);
  const end = body.write(head, 'latin1') + body.write(bytes.toString('base64'), head.length, 'latin1');
  body.write('"}', end, 'latin1');
  return body;
}

const REFUSALS = [400, 403, 404, 409, 413, 500];

export function addressOf(base: string, path: string): string {
  return [base, ...path.split('/').filter(part => part !== '')]
    .map((part, at) => (at === 0 ? part : encodeURIComponent(part)))
    .join('/');
}

function beyond(word: string): Failure {
  return new Failure('usage', `\`${word}\` lies beyond what the server's contents API shows`, {
    hints: ['name a path below the folder of the server, or wait until the kernel is free'],
  });
}

function entryOf(value: unknown): ContentsEntry {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const modified = Date.parse(String(entry.last_modified));
  return {
    name: String(entry.name ?? ''),
    path: String(entry.path ?? ''),
    folder: entry.type === 'directory',
    size: typeof entry.size === 'number' ? entry.size : 0,
    modified: Number.isNaN(modified) ? null : modified,
    sha256: entry.hash_algorithm === 'sha256' && typeof entry.hash === 'string' ? entry.hash : null,
  };
}

function serverWords(text: string): string | null {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? message.slice(0, 500) : null;
  } catch {
    return null;
  }
}
