import { delimiter } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** Ours, or the key to somebody else's server: no business of code that runs on this machine. */
const SECRETS = new Set(['LECODER_REFRESH_TOKEN', 'LECODER_CLIENT_SECRET', 'GOOGLE_CLIENT_SECRET']);
/** Harmless to our server, which reads no configuration but its own, and wanted by `jupyter` commands in the user's code. */
const KEPT = new Set([
  'JUPYTER_CONFIG_DIR',
  'JUPYTER_CONFIG_PATH',
  'JUPYTER_DATA_DIR',
  'JUPYTER_PLATFORM_DIRS',
  'JUPYTER_PREFER_ENV_PATH',
]);

export interface ServerFolders {
  /** Holds `kernels/`, before every other place where kernels are looked for. */
  readonly data: string;
  readonly runtime: string;
}

/**
 * The user's environment for the server: without secrets, and without the variables that would change our server
 * (`JUPYTER_TOKEN`, `JUPYTER_PORT`, `JUPYTER_GATEWAY_URL` and their kind). The user's Jupyter configuration is not
 * read at all, so a broken one cannot break this.
 */
export function serverEnv(env: Env, folders: ServerFolders): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => {
    const upper = name.toUpperCase();
    return !SECRETS.has(upper) && (!upper.startsWith('JUPYTER_') || KEPT.has(upper));
  });
  const path = [folders.data, env.JUPYTER_PATH].filter(part => part !== undefined && part !== '').join(delimiter);
  return {
    ...Object.fromEntries(kept),
    JUPYTER_NO_CONFIG: '1',
    JUPYTER_PATH: path,
    JUPYTER_RUNTIME_DIR: folders.runtime,
  };
}

/** What `serverEnv` set for the server alone; kernels are given the user's own values, or none. */
export function kernelEnv(env: Env): {
  readonly restored: Record<string, string>;
  readonly forgotten: string[];
} {
  const restored: Record<string, string> = {};
  const forgotten: string[] = [];
  for (const name of ['JUPYTER_NO_CONFIG', 'JUPYTER_PATH', 'JUPYTER_RUNTIME_DIR']) {
    const value = env[name];
    if (value === undefined) forgotten.push(name);
    else restored[name] = value;
  }
  return { restored, forgotten };
}
