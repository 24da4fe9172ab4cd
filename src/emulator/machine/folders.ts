import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Accelerator } from '../accelerators.ts';
import { LIBRARY, NVIDIA_SMI, SERVER_LAUNCHER, TERMINAL } from './python-files.ts';

/** Where a machine's things are on this computer. `root` is the machine's `/` as the contents API shows it. */
export interface MachineFolders {
  readonly folder: string;
  readonly root: string;
  readonly content: string;
  readonly home: string;
  readonly library: string;
  readonly programs: string;
  readonly run: string;
  readonly credentials: string;
  readonly config: string;
  readonly log: string;
  readonly gpu: string;
  /** Starts the server. */
  readonly launcher: string;
  readonly terminal: string;
}

export function machineFolders(folder: string): MachineFolders {
  const root = join(folder, 'vm');
  return {
    folder,
    root,
    content: join(root, 'content'),
    home: join(root, 'root'),
    library: join(folder, 'lib'),
    programs: join(folder, 'bin'),
    run: join(folder, 'run'),
    credentials: join(folder, 'credentials'),
    config: join(folder, 'server.json'),
    log: join(folder, 'server.log'),
    gpu: join(folder, 'bin', 'gpu.json'),
    launcher: join(folder, 'launch', 'server.py'),
    terminal: join(folder, 'launch', 'terminal.py'),
  };
}

export interface MachinePlan {
  readonly python: string;
  readonly accelerator: Accelerator;
  readonly token: string;
}

/** Writes what a machine begins with. */
export async function furnish(at: MachineFolders, plan: MachinePlan): Promise<void> {
  const made = [at.content, at.home, at.run, at.credentials, at.programs, join(at.content, 'sample_data')];
  await Promise.all(made.map(folder => mkdir(folder, { recursive: true, mode: 0o700 })));
  const files: Record<string, string> = {
    [at.config]: JSON.stringify(serverConfig(at, plan.token)),
    [join(at.run, 'kernels', 'python3', 'kernel.json')]: JSON.stringify(kernelSpec(at, plan)),
    [at.launcher]: SERVER_LAUNCHER,
    [at.terminal]: TERMINAL,
    ...Object.fromEntries(Object.entries(LIBRARY).map(([name, text]) => [join(at.library, name), text])),
    ...(plan.accelerator.variant === 'GPU' ? graphics(at, plan) : {}),
  };
  await Promise.all(Object.entries(files).map(([path, text]) => put(path, text, at.programs)));
}

async function put(path: string, text: string, programs: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const runs = dirname(path) === programs && !path.endsWith('.json') && !path.endsWith('.py');
  await writeFile(path, text, { mode: runs ? 0o700 : 0o600 });
}

function graphics(at: MachineFolders, { python, accelerator }: MachinePlan): Record<string, string> {
  const script = join(at.programs, 'nvidia_smi.py');
  const gpu = {
    name: accelerator.product,
    uuid: randomUUID(),
    total: accelerator.memory,
    used: 0,
    busy: 0,
    memory_busy: 0,
    watts: accelerator.watts,
  };
  return {
    [at.gpu]: JSON.stringify(gpu),
    [script]: NVIDIA_SMI,
    [join(at.programs, 'nvidia-smi')]:
      `#!/bin/sh\nexec '${python.replaceAll("'", "'\\''")}' -S '${script.replaceAll("'", "'\\''")}' "$@"\n`,
    [join(at.programs, 'nvidia-smi.bat')]: `@"${python}" -S "${script}" %*\r\n`,
  };
}

function serverConfig(at: MachineFolders, token: string): object {
  const unlimited = { iopub_data_rate_limit: 0, iopub_msg_rate_limit: 0 };
  return {
    ServerApp: {
      ip: '127.0.0.1',
      token,
      open_browser: false,
      no_browser_open_file: true,
      allow_root: true,
      root_dir: at.root,
      jpserver_extensions: { jupyter_server_terminals: true },
      terminado_settings: { shell_command: ['bash'] },
      tornado_settings: { websocket_max_message_size: 256 * 1024 * 1024 },
      ...unlimited,
    },
    IdentityProvider: { token },
    ZMQChannelsWebsocketConnection: unlimited,
  };
}

function kernelSpec(at: MachineFolders, { python }: MachinePlan): object {
  return {
    argv: [
      python,
      join(at.library, 'colab_kernel_launcher.py'),
      '-f',
      '{connection_file}',
      "--InteractiveShellApp.extensions=['google.colab._kernel']",
    ],
    display_name: 'Python 3',
    language: 'python',
    metadata: { debugger: true },
    env: { PYTHONPATH: at.library },
  };
}
