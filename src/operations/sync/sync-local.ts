import { createHash } from 'node:crypto';
import { createReadStream, type Dirent, type Stats } from 'node:fs';
import { chmod, lstat, readdir, readFile, readlink, realpath, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure, type FailureKind } from '../../core/failure.ts';
import type { Removal, SyncSide, TreeEntry } from '../../core/sync.ts';
import { RULE_FILES, type SyncRules } from './sync-rules.ts';

/** Folders read, and files hashed, at the same time: as many as the threads of the system calls can use. */
const AT_ONCE = 16;
/** Bytes of one file of rules; the runtime tells no longer ones either. */
const LONGEST_RULES = 256 * 1024;

interface Walk {
  readonly root: string;
  readonly rules: SyncRules;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
}

/**
 * Everything in the local folder but what its rules leave out, a folder before what it holds. Reads the rules as it
 * goes. Throws `permissionDenied` and `ioError`.
 */
export async function listLocal({ root, rules, platform, signal }: Walk): Promise<readonly TreeEntry[]> {
  const found: TreeEntry[] = [];
  let level = [''];
  while (level.length > 0) {
    const inner: TreeEntry[] = [];
    await eachOf(level, async folder => {
      signal.throwIfAborted();
      inner.push(...(await listFolder({ root, rules, platform, signal }, folder)));
    });
    found.push(...inner);
    level = inner.filter(({ kind }) => kind === 'folder').map(({ path }) => path);
  }
  return found;
}

async function listFolder({ root, rules, platform }: Walk, folder: string): Promise<TreeEntry[]> {
  const whole = join(root, folder);
  const names = await readdir(whole, { withFileTypes: true }).catch(error => gone(error, whole));
  const pathOf = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  for (const name of RULE_FILES) {
    if (!names.some(entry => entry.name === name && entry.isFile())) continue;
    const text = await readFile(join(whole, name)).catch(error => gone(error, join(whole, name)));
    if (text.length <= LONGEST_RULES) rules.add(folder, text.toString('utf8'));
  }
  const wanted = names.filter(entry => !isPart(entry.name) && !rules.ignores(pathOf(entry.name), isFolder(entry)));
  const entries = await Promise.all(wanted.map(({ name }) => entryAt(join(whole, name), pathOf(name), platform)));
  return entries.flatMap(entry => entry ?? []);
}

function isFolder(entry: Dirent): boolean {
  return entry.isDirectory();
}

/** Whether it is what an interrupted transfer left. */
function isPart(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.lecoder-part');
}

async function entryAt(whole: string, path: string, platform: NodeJS.Platform): Promise<TreeEntry | null> {
  const info = await lstat(whole).catch(absent);
  if (info === null) return null;
  const kind = path.includes('\ufffd') ? 'unnamed' : kindOf(info);
  const text = kind === 'link' ? await readlink(whole).catch(() => '') : '';
  // Windows knows no permissions of this sort.
  const mode = platform === 'win32' ? 0o644 : info.mode & 0o7777;
  return { path, kind, mode, mtime: info.mtimeMs, size: kind === 'file' ? info.size : 0, text };
}

function kindOf(info: Stats): TreeEntry['kind'] {
  if (info.isFile()) return 'file';
  if (info.isDirectory()) return 'folder';
  return info.isSymbolicLink() ? 'link' : 'special';
}

/** The local folder as a side of a sync. `root` has no links in it. */
export function localSide(root: string, signal: AbortSignal): Pick<SyncSide, 'hash' | 'remove' | 'chmod'> {
  const wholeOf = (path: string) => join(root, ...path.split('/'));
  return {
    async hash(paths) {
      const sums: (string | null)[] = paths.map(() => null);
      await eachOf([...paths.entries()], async ([index, path]) => {
        signal.throwIfAborted();
        sums[index] = await sumOf(wholeOf(path));
      });
      return sums;
    },
    async remove(entries) {
      const kept: string[] = [];
      for (const entry of entries) {
        signal.throwIfAborted();
        if (!(await removed(wholeOf(entry.path), entry))) kept.push(entry.path);
      }
      return kept;
    },
    async chmod(entries) {
      for (const { path, mode } of entries) {
        const whole = wholeOf(path);
        if ((await lstat(whole).catch(absent))?.isFile()) await chmod(whole, mode & 0o777).catch(refused);
      }
    },
  };
}

/** Names that differ only in the case of their letters mean the same there. */
export async function isCaseless(root: string): Promise<boolean> {
  const name = basename(root);
  const other = [...name].map(letter =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  const twin = join(dirname(root), other.join(''));
  if (twin === root) return false;
  const [one, two] = await Promise.all([lstat(root).catch(() => null), lstat(twin).catch(() => null)]);
  return one !== null && two !== null && one.ino === two.ino && one.dev === two.dev;
}

/** SHA-256; null when there is no such file any more. */
async function sumOf(path: string): Promise<string | null> {
  const hasher = createHash('sha256');
  try {
    if (!(await lstat(path)).isFile()) return null;
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hasher.update(chunk);
  } catch (error) {
    return absent(error);
  }
  return hasher.digest('hex');
}

/** False when it is not any more what was seen, or a folder that still holds something. */
async function removed(whole: string, { kind, size, mtime }: Removal): Promise<boolean> {
  const info = await lstat(whole).catch(absent);
  if (info === null) return true;
  // Nothing is removed by way of a link that has taken a folder's place meanwhile.
  if (kindOf(info) !== kind || (await realpath(dirname(whole)).catch(refused)) !== dirname(whole)) return false;
  if (kind === 'file' && (info.size !== size || info.mtimeMs !== mtime)) return false;
  if (kind !== 'folder') await rm(whole, { force: true }).catch(refused);
  else
    return rmdir(whole).then(
      () => true,
      error => (['ENOTEMPTY', 'EEXIST'].includes(error.code) ? false : refused(error)),
    );
  return true;
}

async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < all.length; at = next++) await work(all[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
}

function absent(error: unknown): null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  return refused(error);
}

/** A folder or file that went away between two looks at it. */
function gone(error: unknown, path: string): never {
  absent(error);
  throw new Failure('transferFailed', `on this machine, \`${path}\`: changed while it was read`);
}

const KINDS: Readonly<Record<string, FailureKind>> = {
  EPERM: 'permissionDenied',
  EACCES: 'permissionDenied',
  EROFS: 'permissionDenied',
};

function refused(error: unknown): never {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const text = code in KINDS ? 'not allowed' : code;
  throw new Failure(KINDS[code] ?? 'ioError', `on this machine, \`${path}\`: ${text}`, { cause: error });
}
