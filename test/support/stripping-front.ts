import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StrippingFront {
  readonly port: number;
  close(): Promise<void>;
}

/** A reverse proxy as they are by default: it passes requests on, and takes `Upgrade` away as HTTP/1.0 knows none. */
export async function startStrippingFront(target: number): Promise<StrippingFront> {
  const under = new Set<ClientRequest>();
  const server = createServer((incoming: IncomingMessage, response) => {
    const { upgrade: _, connection: __, ...headers } = incoming.headers;
    const passed = request({ host: '127.0.0.1', port: target, path: incoming.url, method: incoming.method, headers });
    under.add(passed);
    passed.on('response', answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>(done => {
        for (const each of under) each.destroy();
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
