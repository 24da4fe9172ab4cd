import { Failure, isFailure } from '../core/failure.ts';
import type { Doorway } from '../core/runtime.ts';
import { ask, type HttpHost } from '../http/request.ts';

/** The way to a server: the token goes into a header and nowhere else. */
export function doorwayAt(base: URL, token: string | null): Doorway {
  const ws = new URL(base);
  ws.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    http: base,
    ws,
    headers: token === null ? {} : { Authorization: `token ${token}` },
    expires: null,
  };
}

/**
 * Makes sure that a Jupyter server answers there and takes the token. Asks for nothing that a gateway lacks: it has
 * no contents, no terminals, no status, and may refuse to list kernels. Throws `usage` for another kind of server.
 */
export async function checkServer(host: HttpHost, doorway: Doorway, signal: AbortSignal): Promise<void> {
  const get = (path: string) => ask(host, doorway, { method: 'GET', path, signal });
  const [version, kernels] = await Promise.allSettled([get('api'), get('api/kernelspecs')]);
  if (version.status === 'rejected') throw version.reason;
  if (!hasText(version.value.json(), 'version')) throw notJupyter(doorway);
  if (kernels.status === 'rejected') {
    const hinted = isFailure(kernels.reason, 'invalidCredentials') && !('Authorization' in doorway.headers);
    throw hinted ? tokenMissing(doorway) : kernels.reason;
  }
  if (!hasText(kernels.value.json(), 'default')) throw notJupyter(doorway);
}

function tokenMissing(doorway: Doorway): Failure {
  return new Failure('invalidCredentials', `${doorway.http.host} wants a token`, {
    hints: [
      'Give it with `--token`, or in `JUPYTER_TOKEN`',
      'A running server shows its token with `jupyter server list`',
    ],
  });
}

function notJupyter(doorway: Doorway): Failure {
  return new Failure('usage', `the server at ${doorway.http.href} is not a Jupyter server`, {
    hints: ['Check the address, its path included'],
  });
}

/** True for an object with such a field that is a text. */
export function hasText(value: unknown, field: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[field] === 'string';
}
