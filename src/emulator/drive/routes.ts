import type { Account } from '../accounts.ts';
import { type Answer, type Call, header, json } from '../answer.ts';
import { bearerOf } from '../bearer.ts';
import { SCOPE } from '../oauth/scopes.ts';
import type { Route } from '../routes.ts';
import type { World } from '../world.ts';
import { type DriveFile, shown } from './files.ts';
import { readParts } from './multipart.ts';
import { BadQuery, readQuery } from './query.ts';

interface Visit {
  readonly account: Account;
  /** Whether the token also sees files that other programs made. */
  readonly all: boolean;
  readonly call: Call;
}

const FILES = /^\/drive\/v3\/files$/;
const FILE = /^\/drive\/v3\/files\/(?<id>[^/]+)$/;

/** Drive v3, as far as notebooks need it. */
export function driveRoutes(world: World): readonly Route[] {
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
      return 'status' in visit ? visit : work(visit);
    },
  });
  return [
    one('drive-list', 'GET', FILES, visit => list(world, visit)),
    one('drive-get', 'GET', FILE, visit => get(world, visit)),
    one('drive-create', 'POST', FILES, visit => create(world, visit)),
    one('drive-create', 'POST', /^\/upload\/drive\/v3\/files$/, visit => create(world, visit)),
    one('drive-update', 'PATCH', FILE, visit => update(world, visit)),
    one('drive-update', 'PATCH', /^\/upload\/drive\/v3\/files\/(?<id>[^/]+)$/, visit => update(world, visit)),
    one('drive-delete', 'DELETE', FILE, visit => remove(world, visit)),
  ];
}

function enter(world: World, call: Call): Visit | Answer {
  const token = bearerOf(world, call);
  if (token === null) return driveError(401, 'authError', 'Invalid Credentials');
  if (!world.settings.driveApi) {
    const text =
      'Google Drive API has not been used in project 123456789012 before or it is disabled. Enable it, then retry.';
    return driveError(403, 'accessNotConfigured', text);
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
  const size = Number(query.get('pageSize') ?? 100);
  if (!Number.isInteger(size) || size < 1 || size > 1000)
    return driveError(400, 'invalid', 'Invalid value for pageSize');
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

function create(world: World, { account, call }: Visit): Answer {
  const given = readUpload(call);
  if (given === null) return driveError(400, 'badRequest', 'Bad Request');
  const file = world.drive.create(account, {
    ...given.metadata,
    ...(given.content === null ? {} : { content: given.content }),
  });
  return json(200, shown(file, call.url.searchParams.get('fields') ?? ''));
}

function update(world: World, visit: Visit): Answer {
  const file = found(world, visit);
  if (file === null) return absent(visit);
  const given = readUpload(visit.call);
  if (given === null) return driveError(400, 'badRequest', 'Bad Request');
  const { name, mimeType, trashed } = given.metadata;
  if (name !== undefined) file.name = name;
  if (mimeType !== undefined) file.mimeType = mimeType;
  if (trashed !== undefined) file.trashed = trashed;
  if (given.content !== null) file.content = given.content;
  world.drive.touch(file);
  return json(200, shown(file, visit.call.url.searchParams.get('fields') ?? ''));
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

function driveError(code: number, reason: string, message: string): Answer {
  const errors = [{ message, domain: reason === 'accessNotConfigured' ? 'usageLimits' : 'global', reason }];
  return json(code, { error: { code, message, errors } });
}
