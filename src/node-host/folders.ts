import type { Host } from '../core/host.ts';

type Env = Host['env'];

export interface FolderFacts {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly work: string;
  exists(path: string): boolean;
}

const NAME = 'lecoder-cgpu';

/**
 * The folder of settings and state: `LECODER_CONFIG_DIR` (or `LECODER_CGPU_CONFIG_DIR`), else `%APPDATA%` on Windows,
 * else `XDG_CONFIG_HOME` or `~/.config`; an existing `~/Library/Preferences/lecoder-cgpu` is still found on macOS.
 */
export function configFolder({ env, platform, home, work, exists }: FolderFacts): string {
  const windows = platform === 'win32';
  const join = (...parts: string[]) => parts.join(windows ? '\\' : '/');
  const named = env.LECODER_CONFIG_DIR || env.LECODER_CGPU_CONFIG_DIR;
  if (named) return isAbsolute(named, windows) ? named : join(work, named);
  if (windows) return join(env.APPDATA || join(home, 'AppData', 'Roaming'), NAME);
  // a relative one is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
  const xdg = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(home, '.config');
  const usual = join(xdg, NAME);
  const old = join(home, 'Library', 'Preferences', NAME);
  return platform === 'darwin' && !exists(usual) && exists(old) ? old : usual;
}

function isAbsolute(path: string, windows: boolean): boolean {
  return windows ? /^([a-z]:)?[\\/]/i.test(path) : path.startsWith('/');
}
