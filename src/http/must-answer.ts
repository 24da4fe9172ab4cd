import { Failure } from '../core/failure.ts';
import type { Doorway } from '../core/runtime.ts';
import { ask, type HttpHost } from './request.ts';

/**
 * A way in that ends answers 404 when it has, just as a server does for what it has not. Returns when the server is
 * there; throws `invalidCredentials` when the way in has ended: ask for another before believing anything.
 */
export async function mustAnswer(host: HttpHost, doorway: Doorway, signal: AbortSignal): Promise<void> {
  if (doorway.expires === null) return;
  const answer = await ask(host, doorway, { method: 'GET', path: 'api/status', signal, statuses: [401, 403, 404] });
  if (answer.status < 300) return;
  throw new Failure('invalidCredentials', `${doorway.http.host} no longer accepts the way in (HTTP ${answer.status})`, {
    hints: ['run the command again: it asks for a new one'],
  });
}
