import { createHash } from 'node:crypto';
import { Failure, isFailure } from '../../core/failure.ts';
import { networkFailure } from '../../http/network-failure.ts';
import { sentence } from '../files/failures.ts';
import { addressOf, type ContentsApi } from './api.ts';

/** Milliseconds without a byte after which a connection is given up. */
const SILENCE = 60_000;
/** Milliseconds before each new try. Any byte that comes begins the count anew. */
const PAUSES = [250, 1000, 4000, 15_000];
/** Bytes. For its hash a server reads the whole file into its memory: longer ones are read back instead. */
export const HASHED = 256 * 1024 * 1024;

interface Range {
  readonly from: number;
  /** The first byte that is not wanted; null for all. */
  readonly to: number | null;
}

/**
 * The bytes of a remote file, as they come, in constant memory. After a cut it goes on with the byte that is next.
 * Throws `transferFailed` when the file changes meanwhile, and what the connection or the server has to say.
 */
export async function* bytesOf(
  api: ContentsApi,
  path: string,
  range: Range,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let place = range.from;
  let tag: string | null = null;
  for (let tried = 0; ; ) {
    try {
      const answer = await fetchFrom(api, path, { from: place, to: range.to }, signal);
      if (tag !== null && answer.tag !== tag) throw changed(api, path);
      tag = answer.tag;
      for await (const piece of answer.pieces) {
        tried = 0;
        place += piece.byteLength;
        yield piece;
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      const pause = PAUSES[tried];
      if (!isFailure(error, 'connectionTimeout', 'apiUnavailable') || pause === undefined) throw error;
      tried += 1;
      await api.host.sleep(pause, signal);
    }
  }
}

/** SHA-256 of a remote file as the server tells it, or of what is read back; null when it can be neither. */
export async function remoteSum(
  api: ContentsApi,
  path: string,
  size: number,
  signal: AbortSignal,
): Promise<string | null> {
  const told = size <= HASHED ? ((await api.stat(path, signal, true))?.sha256 ?? null) : null;
  if (told !== null) return told;
  const hasher = createHash('sha256');
  try {
    for await (const piece of bytesOf(api, path, { from: 0, to: null }, signal)) hasher.update(piece);
  } catch (error) {
    if (isFailure(error, 'fileNotFound', 'permissionDenied')) return null;
    throw error;
  }
  return hasher.digest('hex');
}

interface Answer {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Another one means another content. */
  readonly tag: string | null;
}

async function fetchFrom(api: ContentsApi, path: string, { from, to }: Range, signal: AbortSignal): Promise<Answer> {
  const doorway = api.place.doorway();
  const url = new URL(addressOf('files', path), doorway.http);
  const control = new AbortController();
  const stop = () => control.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const wanted = from === 0 && to === null ? {} : { Range: `bytes=${from}-${to === null ? '' : to - 1}` };
  // Identity: a range of what was compressed would be another one.
  const headers = { ...doorway.headers, ...wanted, 'Accept-Encoding': 'identity' };
  const clock = setTimeout(() => control.abort(), SILENCE);
  const done = () => {
    clearTimeout(clock);
    signal.removeEventListener('abort', stop);
  };
  try {
    const response = await api.host.fetch(url, { headers, redirect: 'error', signal: control.signal });
    // Nothing is left beyond the end.
    if (response.status === 416) {
      done();
      return { pieces: none(), tag: null };
    }
    if (!response.ok) throw await refusal(api, path, response);
    const skip = response.status === 206 ? 0 : from;
    const tag = response.headers.get('etag') ?? response.headers.get('last-modified');
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    return {
      pieces: piecesOf(response, { url, skip, length, most: to === null ? null : to - from, clock, done }),
      tag,
    };
  } catch (error) {
    done();
    if (error instanceof Failure || signal.aborted) throw error;
    throw networkFailure(url, error);
  }
}

interface Reading {
  readonly url: URL;
  /** Bytes to pass over, where the server knows no ranges. */
  readonly skip: number;
  readonly length: number;
  readonly most: number | null;
  readonly clock: NodeJS.Timeout;
  readonly done: () => void;
}

async function* piecesOf(
  response: Response,
  { url, skip, length, most, clock, done }: Reading,
): AsyncGenerator<Uint8Array> {
  let seen = 0;
  let given = 0;
  try {
    for await (const chunk of response.body ?? []) {
      clock.refresh();
      const start = Math.max(0, Math.min(chunk.byteLength, skip - seen));
      seen += chunk.byteLength;
      const piece = chunk.subarray(start, most === null ? undefined : start + Math.max(0, most - given));
      given += piece.byteLength;
      if (piece.byteLength > 0) yield piece;
      if (most !== null && given >= most) return;
    }
  } catch (error) {
    throw networkFailure(url, error);
  } finally {
    done();
  }
  if (seen < length) throw networkFailure(url, new Error('the answer ended before its end'));
}

async function* none(): AsyncGenerator<Uint8Array> {
  yield* [];
}

async function refusal(api: ContentsApi, path: string, response: Response): Promise<Failure> {
  const text = await response.text().catch(() => '');
  if (response.status >= 500) return new Failure('apiUnavailable', `${response.url} answered ${response.status}`);
  return api.refusal(path, response.status, text);
}

function changed(api: ContentsApi, path: string): Failure {
  return new Failure('transferFailed', sentence('runtime', api.shown(path), 'changed while it was read'));
}
