import type { ConnectOptions, KernelInfo, KernelServer } from '../core/execution.ts';
import { Failure, isFailure } from '../core/failure.ts';
import { type Host, SocketRefused } from '../core/host.ts';
import type { Doorway } from '../core/runtime.ts';
import { openLink } from './link.ts';

/** Kernels of the Jupyter server behind a doorway. REST paths by the wire document, section 4.3. */
export function kernelServer(host: Host): KernelServer {
  const rest = async () => (await import('../http/request.ts')).ask;

  async function act(doorway: Doorway, kernelId: string, action: string, signal: AbortSignal): Promise<boolean> {
    const ask = await rest();
    const answer = await ask(host, doorway, {
      method: 'POST',
      path: `${kernelPath(kernelId)}/${action}`,
      signal,
      statuses: [404],
    });
    if (answer.status === 404) await mustAnswer(doorway, signal);
    return answer.status !== 404;
  }

  async function mustAnswer(doorway: Doorway, signal: AbortSignal): Promise<void> {
    return (await import('../http/must-answer.ts')).mustAnswer(host, doorway, signal);
  }

  /** Whether the server takes our token at all. */
  async function lists(doorway: Doorway, signal: AbortSignal): Promise<boolean> {
    const ask = await rest();
    return ask(host, doorway, { method: 'GET', path: 'api/kernels', signal }).then(
      () => true,
      () => false,
    );
  }

  return {
    async connect(doorway: Doorway, kernelId: string, options: ConnectOptions) {
      try {
        return await openLink(host, doorway, kernelId, options);
      } catch (error) {
        if (error instanceof SocketRefused || error instanceof Failure || options.signal.aborted) throw error;
        throw (await import('../http/network-failure.ts')).networkFailure(doorway.http, error);
      }
    },

    async get(doorway, kernelId, signal) {
      const ask = await rest();
      const answer = await ask(host, doorway, { method: 'GET', path: kernelPath(kernelId), signal, statuses: [404] });
      if (answer.status !== 404) return readKernel(answer.json());
      await mustAnswer(doorway, signal);
      return null;
    },

    async create(doorway, name, signal) {
      const ask = await rest();
      const body = { ...(name === null ? {} : { name }), ...gatewayEnv(host) };
      const answer = await ask(host, doorway, {
        method: 'POST',
        path: 'api/kernels',
        body,
        signal,
        timeout: 90_000,
        statuses: [400, 404, 409, 412, 422, 500, 501],
      }).catch(async (error: unknown) => {
        // Jupyter says 403 for a wrong token and for a kernel too many.
        if (isFailure(error, 'invalidCredentials') && (await lists(doorway, signal))) throw refusal(name, 403);
        throw error;
      });
      if (answer.status === 404) await mustAnswer(doorway, signal);
      if (answer.status >= 400) throw refusal(name, answer.status);
      return readKernel(answer.json());
    },

    async isUp(doorway, signal) {
      const ask = await rest();
      const request = { method: 'GET' as const, path: 'api/status', signal, timeout: 10_000, retry: false };
      const answer = await ask(host, doorway, { ...request, statuses: [401, 403, 404, 429, 502, 503, 504] });
      return answer.status < 429;
    },

    async language(doorway, name, signal) {
      const ask = await rest();
      const answer = await ask(host, doorway, { method: 'GET', path: 'api/kernelspecs', signal, statuses: [404] });
      const specs = answer.status === 404 ? null : (answer.json() as KernelSpecs | null)?.kernelspecs;
      const language = specs?.[name]?.spec?.language;
      return typeof language === 'string' ? language : null;
    },

    async remove(doorway, kernelId, signal) {
      const ask = await rest();
      await ask(host, doorway, { method: 'DELETE', path: kernelPath(kernelId), signal, statuses: [404] });
    },

    interrupt: (doorway, kernelId, signal) => act(doorway, kernelId, 'interrupt', signal),
    restart: (doorway, kernelId, signal) => act(doorway, kernelId, 'restart', signal),
  };
}

interface KernelSpecs {
  readonly kernelspecs?: Readonly<Record<string, { readonly spec?: { readonly language?: unknown } } | undefined>>;
}

function kernelPath(kernelId: string): string {
  return `api/kernels/${encodeURIComponent(kernelId)}`;
}

/** Kernels behind an Enterprise Gateway are told who they are for by these variables; other servers ignore them. */
function gatewayEnv({ env }: Host): { env?: Record<string, string> } {
  const ours = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('KERNEL_') && value !== undefined ? [[name, value]] : [],
  );
  return ours.length === 0 ? {} : { env: Object.fromEntries(ours) };
}

function refusal(name: string | null, status: number): Failure {
  const which = name === null ? 'its default kernel' : `the kernel \`${name}\``;
  return new Failure('runtimeUnavailable', `the Jupyter server could not start ${which} (HTTP ${status})`, {
    retryable: status === 500,
    hints: ['set `kernelName` in `config.json` to a kernel the server has, and look at the log of the server'],
  });
}

function readKernel(value: unknown): KernelInfo {
  const kernel = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof kernel.id !== 'string')
    throw new Failure('apiUnavailable', 'the server answered, but not as a Jupyter server does');
  return {
    id: kernel.id,
    name: String(kernel.name ?? ''),
    state: String(kernel.execution_state ?? 'unknown'),
    lastActivity: typeof kernel.last_activity === 'string' ? kernel.last_activity : null,
    connections: typeof kernel.connections === 'number' ? kernel.connections : null,
  };
}
