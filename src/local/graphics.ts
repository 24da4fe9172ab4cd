import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Host } from '../core/host.ts';
import type { Variant } from '../core/runtime.ts';

export interface Graphics {
  readonly variant: Variant;
  readonly accelerator: string | null;
}

type GraphicsHost = Pick<Host, 'env' | 'platform' | 'processes'>;

/** Whether this machine has an NVIDIA GPU, and which: asked of `nvidia-smi` only where that is installed. */
export async function findGraphics(host: GraphicsHost): Promise<Graphics> {
  const none: Graphics = { variant: 'cpu', accelerator: null };
  const program = await nvidiaSmi(host);
  if (program === null) return none;
  const { status, stdout } = await host.processes.run(program, ['--query-gpu=name', '--format=csv,noheader'], {
    signal: AbortSignal.timeout(10_000),
  });
  const name = stdout.split('\n')[0]?.trim() ?? '';
  return status === 0 && name !== '' ? { variant: 'gpu', accelerator: name } : none;
}

async function nvidiaSmi(host: GraphicsHost): Promise<string | null> {
  const name = host.platform === 'win32' ? 'nvidia-smi.exe' : 'nvidia-smi';
  for (const folder of (host.env.PATH ?? host.env.Path ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (
      folder !== '' &&
      (await access(path).then(
        () => true,
        () => false,
      ))
    )
      return path;
  }
  return null;
}
