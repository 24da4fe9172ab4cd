import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on this computer only. Rejects with the system's error, `EADDRINUSE` among them. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Stops listening and cuts what is open. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise(resolve => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** False for a request that a page of another site, or a name that was made to point here, brought about. */
export function isOurOwn(headers: { host?: string | undefined; origin?: string | undefined }): boolean {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host)) return false;
  const { origin } = headers;
  return origin === undefined || origin === `http://${headers.host}`;
}
