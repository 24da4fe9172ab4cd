import type { Drive, DriveNotebook, NotebookListing, NotebookQuery } from '../core/drive.ts';
import { isFailure } from '../core/failure.ts';
import { GOOGLE } from '../core/google-hosts.ts';
import type { Host } from '../core/host.ts';
import { type AccountDeps, type AccountRequest, askAsAccount } from '../http/as-account.ts';
import { pauseBefore } from '../http/pauses.ts';
import type { HttpAnswer } from '../http/request.ts';
import { driveFailure, errorOf, isTooMany } from './failures.ts';
import { CONTENT_TIMEOUT, type UploadOrder, upload } from './upload.ts';
import {
  FILE_FIELDS,
  FileAnswer,
  LIST_FIELDS,
  ListAnswer,
  NOTEBOOK_TYPE,
  orderOf,
  readAnswer,
  searchOf,
} from './wire.ts';

export interface DriveDeps extends AccountDeps {
  readonly host: AccountDeps['host'] & Pick<Host, 'uuid'>;
  /** All goes there instead of to Google. */
  readonly emulator: URL | null;
}

const FILES = 'drive/v3/files';
const UPLOAD = 'upload/drive/v3/files';
/** Drive's own limit for one page. */
const PAGE = 1000;
const TRIES = 3;

/** Drive v3 as far as notebooks need it. Addresses and shapes are known here and in `wire.ts`, nowhere else. */
export function driveClient(deps: DriveDeps): Drive {
  const origin = deps.emulator ?? new URL(GOOGLE.apis);
  const call = (request: Omit<AccountRequest, 'origin'>, id: string | null = null) =>
    asked(deps, { ...request, origin }, id);
  const fileIn = ({ text }: HttpAnswer) => readAnswer(FileAnswer, text, `${origin.host}/${FILES}`);
  const file = async (request: Omit<AccountRequest, 'origin'>, id: string) =>
    fileIn(await call({ ...request, query: { fields: FILE_FIELDS } }, id));
  const sent = async (order: UploadOrder, id: string | null) =>
    fileIn(await upload(order, { origin, host: deps.host, call: request => call(request, id) }));
  const page = async (query: Readonly<Record<string, string>>, signal: AbortSignal) =>
    readAnswer(ListAnswer, (await call({ method: 'GET', path: FILES, query, signal })).text, `${origin.host}/${FILES}`);

  return {
    list: (query, signal) => listAll(query, page, signal),
    describe: (id, signal) => file({ method: 'GET', path: pathOf(id), signal }, id),
    content: async (id, signal) =>
      (await call({ method: 'GET', path: pathOf(id), query: { alt: 'media' }, signal, timeout: CONTENT_TIMEOUT }, id))
        .bytes,
    create: (name, bytes, signal) => {
      const metadata = { name, mimeType: NOTEBOOK_TYPE };
      return sent({ method: 'POST', path: UPLOAD, metadata, type: NOTEBOOK_TYPE, bytes, signal }, null);
    },
    replace: ({ id, mimeType }, bytes, signal) => {
      const path = `${UPLOAD}/${encodeURIComponent(id)}`;
      return sent({ method: 'PATCH', path, metadata: null, type: mimeType, bytes, signal }, id);
    },
    trash: async (id, signal) => {
      await file({ method: 'PATCH', path: pathOf(id), body: { trashed: true }, signal, retry: true }, id);
    },
    remove: async (id, signal) => {
      try {
        await call({ method: 'DELETE', path: pathOf(id), signal, retry: true }, id);
      } catch (error) {
        if (!isFailure(error, 'fileNotFound')) throw error;
      }
    },
  };
}

type AskPage = (
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<{ readonly files: readonly DriveNotebook[]; readonly nextPageToken?: string | undefined }>;

/** A page may be empty or short though more follow, so only a missing token is the end. */
async function listAll(query: NotebookQuery, page: AskPage, signal: AbortSignal): Promise<NotebookListing> {
  const notebooks: DriveNotebook[] = [];
  const limit = query.limit ?? Number.POSITIVE_INFINITY;
  for (let token: string | undefined; ; ) {
    const pageSize = String(Math.max(1, Math.min(PAGE, limit - notebooks.length)));
    const asked = { q: searchOf(query), orderBy: orderOf(query), fields: LIST_FIELDS, pageSize };
    const answer = await page({ ...asked, ...(token === undefined ? {} : { pageToken: token }) }, signal);
    notebooks.push(...answer.files);
    const last = token;
    token = answer.nextPageToken;
    if (token === undefined || token === last || notebooks.length >= limit)
      return { notebooks: notebooks.slice(0, limit), more: token !== undefined || notebooks.length > limit };
  }
}

function pathOf(id: string): string {
  return `${FILES}/${encodeURIComponent(id)}`;
}

/** One exchange. Drive says "too many requests" by 403, too; nothing was done then, so any request may follow it. */
async function asked(deps: DriveDeps, request: AccountRequest, id: string | null): Promise<HttpAnswer> {
  for (let tried = 1; ; tried += 1) {
    const answer = await askAsAccount(deps, request);
    if (answer.status < 300 || request.statuses?.includes(answer.status)) return answer;
    const later = isTooMany(answer.status, errorOf(answer)) ? { status: 429, headers: answer.headers } : null;
    const pause = later === null || tried === TRIES ? null : pauseBefore(tried, later, false);
    if (pause === null) throw driveFailure(answer, id, request.origin.host, await deps.identity());
    await deps.host.sleep(pause, request.signal);
  }
}
