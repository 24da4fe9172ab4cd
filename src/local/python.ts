import { join } from 'node:path';
import type { Host } from '../core/host.ts';

/** What a Python interpreter says of itself. */
export interface Python {
  /** The interpreter itself, behind shims and links of version managers. */
  readonly path: string;
  readonly version: readonly [number, number];
  /** Versions of jupyter-server and ipykernel; null where they are missing. */
  readonly server: string | null;
  readonly kernel: string | null;
  /** True when it can make environments with pip in them; Debian packs that apart. */
  readonly venv: boolean;
}

type PythonHost = Pick<Host, 'env' | 'platform' | 'processes'>;

export const OLDEST: readonly [number, number] = [3, 9];
const PATIENCE = 30_000;

const QUESTION = `
import json, sys
def there(name):
    try:
        from importlib.util import find_spec
        return find_spec(name) is not None
    except Exception:
        return False
def version(name):
    try:
        from importlib.metadata import version
        return version(name)
    except Exception:
        return None
print(json.dumps({
    "path": sys.executable, "version": list(sys.version_info[:2]),
    "server": version("jupyter_server") if there("jupyter_server") else None,
    "kernel": version("ipykernel") if there("ipykernel_launcher") else None,
    "venv": there("venv") and there("ensurepip"),
}))
`;

/** Asks an interpreter about itself; null when it cannot be started or is none. */
export async function askPython(host: PythonHost, command: string, signal: AbortSignal): Promise<Python | null> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  const { status, stdout } = await host.processes.run(command, ['-c', QUESTION], {
    env: { ...host.env },
    signal: within,
  });
  signal.throwIfAborted();
  if (status !== 0) return null;
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Python;
  } catch {
    return null;
  }
}

/** Interpreters worth asking: of the active environment first, then of the search path. */
export function candidates(host: Pick<Host, 'env' | 'platform'>): string[] {
  const active = [host.env.VIRTUAL_ENV, host.env.CONDA_PREFIX].flatMap(prefix =>
    prefix === undefined || prefix === '' ? [] : [pythonIn(host.platform, prefix)],
  );
  const named = host.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];
  return [...active, ...named];
}

/** The interpreter of a virtual environment. */
export function pythonIn(platform: NodeJS.Platform, prefix: string): string {
  return platform === 'win32' ? join(prefix, 'Scripts', 'python.exe') : join(prefix, 'bin', 'python');
}

export function isNewEnough(python: Python): boolean {
  const [major, minor] = python.version;
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** True when a server and a kernel can be started on it as it is. */
export function isReady(python: Python): boolean {
  return isNewEnough(python) && majorOf(python.server) >= 1 && majorOf(python.kernel) >= 6;
}

function majorOf(version: string | null): number {
  return version === null ? 0 : Number.parseInt(version, 10);
}
