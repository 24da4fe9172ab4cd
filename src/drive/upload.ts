import { Failure, isFailure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { AccountRequest } from '../http/as-account.ts';
import { wasCut } from '../http/network-failure.ts';
import { pauseBefore } from '../http/pauses.ts';
import type { HttpAnswer } from '../http/request.ts';
import { multipart } from './multipart.ts';
import { FILE_FIELDS } from './wire.ts';

export interface UploadOrder {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  /** Of a new file; null when only the content changes. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly signal: AbortSignal;
}

export interface UploadDeps {
  readonly origin: URL;
  readonly host: Pick<Host, 'sleep' | 'uuid'>;
  readonly call: (request: Omit<AccountRequest, 'origin'>) => Promise<HttpAnswer>;
}

/** What Drive takes in one request; more goes through an upload of its own, by Google's guide to uploads. */
const LARGEST = 5 * 1024 * 1024;
const TRIES = 3;
/** Milliseconds for what has the content in it. */
export const CONTENT_TIMEOUT = 300_000;

/** Sends content, of whatever size. A new file is made at most once. Gives back the answer that describes the file. */
export function upload(order: UploadOrder, deps: UploadDeps): Promise<HttpAnswer> {
  if (order.bytes.byteLength > LARGEST) return inAnUpload(order, deps);
  const { method, path, metadata, type, bytes, signal } = order;
  const rest = { method, path, signal, timeout: CONTENT_TIMEOUT };
  if (metadata === null)
    return deps.call({ ...rest, query: queryOf('media'), content: { type, bytes }, retry: method === 'PATCH' });
  const parts = [
    { type: 'application/json; charset=UTF-8', bytes: Buffer.from(JSON.stringify(metadata)) },
    { type, bytes },
  ];
  const content = multipart(parts, () => deps.host.uuid());
  return deps.call({ ...rest, query: queryOf('multipart'), content }).catch(error => {
    throw perhapsMade(error);
  });
}

/** The request may have been heard though no answer came. */
function perhapsMade(error: unknown): unknown {
  const unheard = isFailure(error, 'connectionTimeout') && error.cause !== undefined && !wasCut(error.cause);
  if (unheard || !isFailure(error, 'connectionTimeout', 'apiUnavailable') || error.facts.retryable === false)
    return error;
  const hints = [
    'it may have been made all the same: `lecoder-cgpu notebook list` shows it',
    ...(error.facts.hints ?? []),
  ];
  return new Failure(error.kind, error.message, { ...error.facts, cause: error.cause, hints });
}

function queryOf(uploadType: string): Readonly<Record<string, string>> {
  return { uploadType, fields: FILE_FIELDS };
}

/** After a lost answer Drive is asked how far it is, and gets the rest: so nothing is sent, or made, twice. */
async function inAnUpload(order: UploadOrder, deps: UploadDeps): Promise<HttpAnswer> {
  const path = await begin(order, deps);
  const { bytes, type, signal } = order;
  const total = bytes.byteLength;
  const put = (from: number | null) => {
    const [content, range] =
      from === null ? [bytes.subarray(0, 0), '*'] : [bytes.subarray(from), `${from}-${total - 1}`];
    const headers = { 'Content-Range': `bytes ${range}/${total}` };
    const rest = { headers, signal, statuses: [308], retry: false, timeout: CONTENT_TIMEOUT };
    return deps.call({ method: 'PUT', path, content: { type, bytes: content }, ...rest });
  };
  let from: number | null = 0;
  for (let tried = 1; ; ) {
    const before: number | null = from;
    try {
      const answer = await put(before);
      if (answer.status < 300) return answer;
      from = nextByte(answer.headers.get('range'));
      if (before !== null && from <= before && ++tried > TRIES)
        throw new Failure('transferFailed', 'Drive does not take the content');
    } catch (error) {
      const passing = isFailure(error, 'apiUnavailable', 'connectionTimeout') && error.facts.retryable !== false;
      if (!passing || tried === TRIES) throw error;
      await deps.host.sleep(pauseBefore(tried, null, true) ?? 0, signal);
      tried += 1;
      from = null;
    }
  }
}

/** The address that takes the content. It alone lets anybody write, and the token goes there: it has to be Drive's own. */
async function begin({ method, path, metadata, type, bytes, signal }: UploadOrder, { call, origin }: UploadDeps) {
  const headers = { 'X-Upload-Content-Type': type, 'X-Upload-Content-Length': String(bytes.byteLength) };
  // what was begun and not gone on with is nothing, so it may be begun again
  const rest = { headers, query: queryOf('resumable'), signal, retry: true };
  const { headers: said } = await call({ method, path, body: metadata ?? {}, ...rest });
  const location = said.get('location') ?? '';
  const address = location !== '' && URL.canParse(location, origin.href) ? new URL(location, origin) : null;
  if (address?.origin === origin.origin) return address.href;
  throw new Failure('apiUnavailable', `${origin.host} did not say where the content goes`, { retryable: false });
}

/** The first byte Drive does not have, from `bytes=0-41`; without the header it has none. */
function nextByte(range: string | null): number {
  const last = /^bytes=0-(\d+)$/.exec(range ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}
