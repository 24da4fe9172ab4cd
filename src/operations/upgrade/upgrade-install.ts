import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { Host } from '../../core/host.ts';
import type { Install, InstallKind } from '../../core/upgrade.ts';

/** What finding out looks at. */
export interface InstallFacts {
  /** The file that is the program, links followed. */
  readonly path: string;
  /** A single binary, not a script that Node runs. */
  readonly single: boolean;
  readonly platform: NodeJS.Platform;
  exists(path: string): boolean;
  /** Null when it cannot be read. */
  read(path: string): string | null;
}

/** How this program was installed, as far as its place and what lies beside it tell. Reads a few files, runs nothing. */
export function findInstall({ program, platform }: Pick<Host, 'program' | 'platform'>): Install {
  const named = program.args[0] ?? program.command;
  const facts = { single: program.args.length === 0, platform, exists: existsSync, read: readOrNull };
  return installOf({ ...facts, path: realpathOr(named) });
}

/** As `findInstall`, from facts. */
export function installOf(facts: InstallFacts): Install {
  return { kind: facts.single ? binaryKind(facts) : scriptKind(facts), path: facts.path };
}

/** Left by those who install a binary: `{"by": "deb"}`. Beside the program on Windows, in `share` elsewhere. */
export const MARKER = 'lecoder-cgpu.install.json';
const MARKED: readonly InstallKind[] = ['script', 'deb', 'rpm', 'docker'];

function binaryKind(facts: InstallFacts): InstallKind {
  const { path, platform, exists } = facts;
  const paths = platform === 'win32' ? win32 : posix;
  const folder = paths.dirname(path);
  const slashed = path.replaceAll('\\', '/').toLowerCase();
  if (slashed.includes('/cellar/lecoder-cgpu/')) return 'homebrew';
  // Scoop's own note of what it installed
  if (slashed.includes('/apps/lecoder-cgpu/') && exists(paths.join(folder, 'install.json'))) return 'scoop';
  if (slashed.includes('/chocolatey/lib/lecoder-cgpu/')) return 'chocolatey';
  const marks = [paths.join(folder, MARKER), paths.join(folder, '..', 'share', 'lecoder-cgpu', MARKER)];
  return marks.map(mark => markedKind(facts.read(mark))).find(kind => kind !== null) ?? 'archive';
}

function markedKind(text: string | null): InstallKind | null {
  if (text === null) return null;
  try {
    const { by } = JSON.parse(text) as { by?: unknown };
    return MARKED.find(kind => kind === by) ?? null;
  } catch {
    return null; // damaged: the file's place has to do
  }
}

/** Of a script in `<somewhere>/node_modules/lecoder-cgpu/dist`, or in a working copy. */
function scriptKind({ path, platform, exists }: InstallFacts): InstallKind {
  const paths = platform === 'win32' ? win32 : posix;
  const slashed = path.replaceAll('\\', '/');
  const at = slashed.lastIndexOf('/node_modules/lecoder-cgpu/');
  if (at < 0) return 'source';
  if (slashed.includes('/_npx/')) return 'npx';
  if (/\/pnpm\/(?:.*\/)?global\//i.test(slashed)) return 'pnpm';
  if (slashed.includes('/.bun/install/')) return 'bun';
  if (/\/yarn\/(?:data\/)?global\//i.test(slashed)) return 'yarn';
  // npm keeps global packages in a folder that is no package itself.
  return exists(paths.join(path.slice(0, at), 'package.json')) ? 'npm-project' : 'npm';
}

function realpathOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
