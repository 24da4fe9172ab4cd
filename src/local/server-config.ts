import { kernelEnv } from './server-env.ts';

export interface ServerChoices {
  readonly token: string;
  /** Where cells and shell commands start, and the root of the contents API. */
  readonly folder: string;
  /** Seconds; 0 or less for never. */
  readonly idleTimeout: number;
}

const LARGEST_MESSAGE = 256 * 1024 * 1024;

/** The only configuration our server reads. Names that a version of jupyter-server does not know are ignored by it. */
export function serverConfig({ token, folder, idleTimeout }: ServerChoices): object {
  const idle = Math.max(0, Math.round(idleTimeout));
  // Jupyter drops output beyond these rates; the reader here is as fast as the writer, and slows it down when it is not.
  const unlimited = { iopub_data_rate_limit: 0, iopub_msg_rate_limit: 0 };
  return {
    ServerApp: {
      ip: '127.0.0.1',
      // Where it begins to look for a free one. With 0, servers before 2.0 would not tell which one they got.
      port: 20_000 + Math.floor(Math.random() * 20_000),
      port_retries: 100,
      token,
      open_browser: false,
      allow_root: true,
      root_dir: folder,
      terminals_enabled: false,
      shutdown_no_activity_timeout: idle,
      tornado_settings: { websocket_max_message_size: LARGEST_MESSAGE },
      ...unlimited,
    },
    IdentityProvider: { token },
    ZMQChannelsWebsocketConnection: unlimited,
    // The server counts as idle only without kernels, so idle ones have to go first. Busy or connected ones stay.
    MappingKernelManager: {
      cull_idle_timeout: idle,
      cull_interval: Math.min(60, Math.max(1, Math.floor(idle / 4))),
      cull_connected: false,
      cull_busy: false,
    },
  };
}

/** The kernel `python3`: the server's own Python, whatever the user has installed under that name. */
export function pythonKernel(python: string, env: Readonly<Record<string, string | undefined>>): object {
  const { restored, forgotten } = kernelEnv(env);
  return {
    argv: [python, '-c', launcher(forgotten), '-f', '{connection_file}'],
    display_name: 'Python 3 (ipykernel)',
    language: 'python',
    metadata: { debugger: true },
    env: restored,
  };
}

/** As `python -m ipykernel_launcher`, but the server's variables are gone before the user's code can see them. */
function launcher(forgotten: readonly string[]): string {
  return [
    'import os, runpy, sys',
    `for name in ${JSON.stringify(forgotten)}: os.environ.pop(name, None)`,
    "sys.path[:] = [entry for entry in sys.path if entry != '']",
    "runpy.run_module('ipykernel_launcher', run_name='__main__', alter_sys=True)",
  ].join('\n');
}

/**
 * As `python -m jupyter_server`, but a file in the current folder cannot stand in for a module of the server's, and no
 * page for a browser is written: it would hold the token, readable by all, and no setting turns it off.
 */
export const SERVER_LAUNCHER = [
  'import sys',
  "sys.path[:] = [entry for entry in sys.path if entry != '']",
  'from jupyter_server.serverapp import ServerApp',
  'ServerApp.write_browser_open_files = lambda self: None',
  'ServerApp.launch_instance()',
].join('\n');
