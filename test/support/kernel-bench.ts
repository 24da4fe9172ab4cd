import type { Event } from '../../src/core/events.ts';
import type { Cell, Execution, KernelLink, KernelServer } from '../../src/core/execution.ts';
import type { Doorway } from '../../src/core/runtime.ts';
import { cellExecutor } from '../../src/jupyter/execute-cell.ts';
import { kernelServer } from '../../src/jupyter/kernel-server.ts';
import { nodeHost } from '../../src/node-host.ts';

/** A real kernel with a link of ours, and a short way to run cells on it. */
export interface KernelBench {
  readonly kernelId: string;
  readonly link: KernelLink;
  readonly kernels: KernelServer;
  run(code: string, options?: Partial<Cell> & { signal?: AbortSignal; through?: KernelLink }): Promise<Ran>;
  /** Another link to the same kernel; closed with the bench. */
  anotherLink(way?: Doorway): Promise<KernelLink>;
  close(): Promise<void>;
}

export interface Ran extends Execution {
  readonly events: readonly Event[];
  readonly stdout: string;
  readonly stderr: string;
}

const never = new AbortController().signal;

export async function kernelBench(doorway: Doorway, options: { through?: Doorway } = {}): Promise<KernelBench> {
  const host = nodeHost();
  const kernels = kernelServer(host);
  const { id } = await kernels.create(doorway, null, never);
  const links: KernelLink[] = [];
  const anotherLink = async (way = options.through ?? doorway) => {
    const link = await kernels.connect(way, id, { signal: never, reconnect: true });
    links.push(link);
    return link;
  };
  const link = await anotherLink();
  const execute = cellExecutor();
  const control = {
    interrupt: () => kernels.interrupt(doorway, id, never),
    restart: () => kernels.restart(doorway, id, never),
  };
  return {
    kernelId: id,
    link,
    kernels,
    anotherLink,
    async run(code, { signal = never, through = link, ...cell } = {}) {
      const events: Event[] = [];
      const execution = await execute(
        through,
        { code, timeout: null, env: {}, answer: null, colab: async () => ({ error: 'no' }), ...cell },
        control,
        event => void events.push(event),
        signal,
      );
      return { ...execution, events, stdout: text(events, 'stdout'), stderr: text(events, 'stderr') };
    },
    async close() {
      for (const one of links) one.close();
      await kernels.remove(doorway, id, never);
    },
  };
}

function text(events: readonly Event[], stream: 'stdout' | 'stderr'): string {
  return events.map(event => (event.type === 'output' && event.stream === stream ? String(event.data) : '')).join('');
}
