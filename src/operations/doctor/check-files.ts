import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import { modeText, statOf } from './check-folder.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/** What stands in the files is not looked at further than whether it can be used. */
interface StateFile {
  readonly name: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mode: string | null;
  /** Why it cannot be used; null when it can. */
  readonly fault: string | null;
  readonly open: boolean;
}

/** Settings and state: whether they can be read, and by this user alone. Nothing is mended here. */
export async function checkFiles({ host, paths }: Services): Promise<Finding> {
  const { user } = await host.system();
  const root = dirname(paths.config);
  const all = [paths.config, paths.tokens, paths.login, paths.sessions, paths.history, join(paths.state, 'key')];
  const files = all.flatMap(path => describe(path, relative(root, path), user !== null));
  const facts = { folder: root, files: files.map(({ path: _, open: __, ...told }) => told) };
  const closed = files.find(({ fault }) => fault === UNREADABLE);
  if (closed !== undefined) {
    const hints = [`\`sudo chown -R "$(id -u)" '${root}'\``, `\`chmod 600 '${closed.path}'\``];
    return failed(new Failure('permissionDenied', `\`${closed.path}\` cannot be read`, { hints }), facts);
  }
  const broken = files.find(({ fault }) => fault !== null);
  if (broken?.path === paths.config) {
    const hints = [`mend \`${broken.path}\`, or move it away to start with defaults`];
    return failed(new Failure('usage', `\`${broken.path}\` cannot be used: ${broken.fault}`, { hints }), facts);
  }
  if (broken !== undefined) {
    const text = `\`${broken.path}\` cannot be used: ${broken.fault}`;
    return warning(
      text,
      ['the next command moves it aside and begins a new one; mend it before if you need it'],
      facts,
    );
  }
  const open = files.filter(file => file.open);
  if (open.length > 0) {
    const text = `other users may read ${open.map(({ name }) => `\`${name}\``).join(', ')}`;
    return warning(text, [`\`chmod 600 ${open.map(({ path }) => `'${path}'`).join(' ')}\``], facts);
  }
  return ok(files.length === 0 ? 'nothing is stored yet' : `${files.length} files, all private and readable`, facts);
}

const UNREADABLE = 'it cannot be read';

function describe(path: string, name: string, modes: boolean): StateFile[] {
  const found = statOf(path);
  if (found === null) return [];
  const mode = modes ? modeText(found.mode) : null;
  const open = modes && (found.mode & 0o077) !== 0;
  return [{ name, path, size: found.size, mode, fault: faultOf(path), open }];
}

function faultOf(path: string): string | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return UNREADABLE;
  }
  if (!path.endsWith('.json')) return null;
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it holds no JSON object';
    const version = 'version' in value ? value.version : 1;
    return typeof version === 'number' && version > 1 ? 'it was written by a newer version of lecoder-cgpu' : null;
  } catch {
    return 'it is not valid JSON';
  }
}
