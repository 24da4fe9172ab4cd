import type { Account } from '../accounts.ts';
import { type Answer, type Call, header, json } from '../answer.ts';
import { bearerOf } from '../bearer.ts';
import { SCOPE } from '../oauth/scopes.ts';
import type { Route } from '../routes.ts';
import type { World } from '../world.ts';
import { type DriveFile, shown } from './files.ts';
import { readParts } from './multipart.ts';
import { BadQuery, readQuery } from './query.ts';
import { Uploads } from './uploads.ts';

interface Visit {
  readonly account: Account;
  /** Whether the token also sees files that other programs made. */
  readonly all: boolean;
  readonly call: Call;
  readonly uploads: Uploads;
}

/** Most bytes in one request. */
const LARGEST = 5 * 1024 * 1024;
const FILES = /^\/drive\/v3\/files$/;
const FILE = /^\/drive\/v3\/files\/(?<id>[^/]+)$/;

/** Drive v3, as far as notebooks need it. */
export function driveRoutes(world: World): readonly Route[] {
  const uploads = new Uploads();
  const one = (
    operation: Route['operation'],
    method: Route['method'],
    path: RegExp,
    work: (visit: Visit) => Answer,
  ): Route => ({
    operation,
    method,
    path,
    work: call => {
      const visit = enter(world, call);
      return 'status' in visit ? visit : work({ ...visit, uploads });
    },
  });
  return [
    one('drive-list', 'GET', FILES, visit => list(world, visit)),
    one('drive-get', 'GET', FILE, visit => get(world, visit)),
    one('drive-create', 'POST', FILES, visit => create(world, visit)),
    one('drive-create', 'POST', /^\/upload\/drive\/v3\/files$/, visit => create(world, visit)),
    one('drive-update', 'PATCH', FILE, visit => update(world, visit)),
    one('drive-update', 'PATCH', /^\/upload\/drive\/v3\/files\/(?<id>[^/]+)$/, visit => update(world, visit)),
    one('drive-content', 'PUT', /^\/upload\/drive\/v3\/files(\/[^/]+)?$/, receive),
    one('drive-delete', 'DELETE', FILE, visit => remove(world, visit)),
  ];
}

function enter(world: World, call: Call): Omit<Visit, 'uploads'> | Answer {
  const token = bearerOf(world, call);
  if (token === null) return driveError(401, 'authError', 'Invalid Credentials');
  if (!world.settings.driveApi) {
    const text =
      'Google Drive API has not been used in project 123456789012 before or it is disabled. Enable it, then retry.';
    const extendedHelp =
      'https://console.developers.google.com/apis/api/drive.googleapis.com/overview?project=123456789012';
    return driveError(403, 'accessNotConfigured', text, { extendedHelp });
  }
  const all = token.scopes.includes(SCOPE.drive) || token.scopes.includes(SCOPE.driveReadonly);
  const may = all || token.scopes.includes(SCOPE.driveFile);
  if (!may) return driveError(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.');
  return { account: token.grant.account, all, call };
}

function list(world: World, { account, all, call }: Visit): Answer {
  const query = call.url.searchParams;
  let test: (file: DriveFile) => boolean;
  try {
    test = readQuery(query.get('q') ?? '');
  } catch (error) {
    if (error instanceof BadQuery || error instanceof RangeError) return driveError(400, 'invalid', 'Invalid Value');
    throw error;
  }
  const asked = Number(query.get('pageSize') ?? 100);
  if (!Number.isInteger(asked) || asked < 1 || asked > 1000)
    return driveError(400, 'invalid', 'Invalid value for pageSize');
  // Drive promises no full pages: fewer files than asked for, or none, may come before the end.
  const size = Math.min(asked, world.settings.drivePage);
  const files = sorted(world.drive.of(account, all).filter(test), query.get('orderBy') ?? '');
  const from = Number(Buffer.from(query.get('pageToken') ?? '', 'base64url').toString() || 0);
  const fields = query.get('fields') ?? 'kind,nextPageToken,files(kind,id,name,mimeType)';
  const each = /\bfiles\(([^)]*)\)/.exec(fields)?.[1] ?? (/\bfiles\b|\*/.test(fields) ? '' : null);
  const more = from + size < files.length && /\bnextPageToken\b|^\*$/.test(fields);
  return json(200, {
    ...(each === null ? {} : { files: files.slice(from, from + size).map(file => shown(file, each)) }),
    ...(more ? { nextPageToken: Buffer.from(String(from + size)).toString('base64url') } : {}),
  });
}

function sorted(files: DriveFile[], order: string): DriveFile[] {
  const keys = order
    .split(',')
    .map(part => part.trim().split(/\s+/))
    .filter(([name]) => name === 'name' || name === 'modifiedTime' || name === 'createdTime') as [
    keyof DriveFile,
    string?,
  ][];
  return files.sort((a, b) => {
    for (const [name, way] of keys) {
      if (a[name] === b[name]) continue;
      return ((a[name] ?? 0) < (b[name] ?? 0) ? -1 : 1) * (way === 'desc' ? -1 : 1);
    }
    return 0;
  });
}

function get(world: World, visit: Visit): Answer {
  const file = found(world, visit);
  if (file === null) return absent(visit);
  const query = visit.call.url.searchParams;
  if (query.get('alt') === 'media')
    return { status: 200, headers: { 'content-type': file.mimeType }, body: file.content };
  return json(200, shown(file, query.get('fields') ?? ''));
}

function create(world: World, visit: Visit): Answer {
  const { account, call } = visit;
  const given = readUpload(call);
  if (given === null) return driveError(400, 'badRequest', 'Bad Request');
  return taken(visit, given, content => {
    const file = world.drive.create(account, { ...given.metadata, ...(content === null ? {} : { content }) });
    return json(200, shown(file, call.url.searchParams.get('fields') ?? ''));
  });
}

/** Does the work at once, or when the content that was announced is there. */
function taken({ account, call, uploads }: Visit, given: Upload, work: (content: Buffer | null) => Answer): Answer {
  if (call.body.length > LARGEST) return driveError(413, 'uploadTooLarge', 'The upload is too large.');
  if (call.url.searchParams.get('uploadType') !== 'resumable') return work(given.content);
  const location = new URL(call.url);
  location.searchParams.set('upload_id', uploads.begin({ account, finish: work }));
  return { status: 200, headers: { location: location.href } };
}

/** Content of an upload that was begun. */
function receive({ account, call, uploads }: Visit): Answer {
  const id = call.url.searchParams.get('upload_id') ?? '';
  const answer = uploads.take(account, id, header(call, 'content-range'), call.body);
  return answer ?? driveError(404, 'notFound', 'There is no such upload.');
}

function update(world: World, visit: Visit): Answer {
  const file = found(world, visit);
  if (file === null) return absent(visit);
  const given = readUpload(visit.call);
  if (given === null) return driveError(400, 'badRequest', 'Bad Request');
  const { name, mimeType, trashed } = given.metadata;
  return taken(visit, given, content => {
    if (name !== undefined) file.name = name;
    if (mimeType !== undefined) file.mimeType = mimeType;
    if (trashed !== undefined) file.trashed = trashed;
    if (content !== null) file.content = content;
    world.drive.touch(file);
    return json(200, shown(file, visit.call.url.searchParams.get('fields') ?? ''));
  });
}

function remove(world: World, visit: Visit): Answer {
  const file = found(world, visit);
  if (file === null) return absent(visit);
  world.drive.remove(file);
  return { status: 204 };
}

interface Upload {
  readonly metadata: { name?: string; mimeType?: string; parents?: string[]; trashed?: boolean };
  readonly content: Buffer | null;
}

/** Metadata and content by `uploadType`; null for a body that is neither. */
function readUpload(call: Call): Upload | null {
  const type = header(call, 'content-type') ?? '';
  const kind = call.url.pathname.startsWith('/upload/')
    ? (call.url.searchParams.get('uploadType') ?? 'media')
    : 'metadata';
  if (kind === 'media')
    return { metadata: type === '' ? {} : { mimeType: type.split(';')[0] ?? '' }, content: call.body };
  const parts = kind === 'multipart' ? readParts(type, call.body) : [{ type, content: call.body }];
  const [first, second] = parts ?? [];
  if (first === undefined || (kind === 'multipart' && second === undefined)) return null;
  try {
    const metadata: unknown = first.content.length === 0 ? {} : JSON.parse(first.content.toString());
    return typeof metadata === 'object' && metadata !== null ? { metadata, content: second?.content ?? null } : null;
  } catch {
    return null;
  }
}

function found(world: World, { account, all, call }: Visit): DriveFile | null {
  return world.drive.find(account, call.parts.id ?? '', all);
}

/** Also for files that the scope hides. */
function absent({ call }: Visit): Answer {
  return driveError(404, 'notFound', `File not found: ${call.parts.id}.`);
}

function driveError(code: number, reason: string, message: string, more: object = {}): Answer {
  const errors = [{ message, domain: reason === 'accessNotConfigured' ? 'usageLimits' : 'global', reason, ...more }];
  return json(code, { error: { code, message, errors } });
}
