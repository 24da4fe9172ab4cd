import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/**
 * An authority as a company has one, and a certificate by it for `jupyter.test`, `localhost` and 127.0.0.1 with its key,
 * good until 2126. Nobody trusts it, and its own key is gone.
 */
export const PRIVATE_AUTHORITY = {
  authority: `-----BEGIN CERTIFICATE-----
MIIBtjCCAV2gAwIBAgIUfFLy1JG/PDbF0TqvYAxysSkbbMgwCgYIKoZIzj0EAwIw
KDEmMCQGA1UEAwwdQSBwcml2YXRlIGF1dGhvcml0eSBmb3IgdGVzdHMwIBcNMjYx
MTIwMDk1MzI0WhgPMjEyNjEwMjcwOTUzMjRaMCgxJjAkBgNVBAMMHUEgcHJpdmF0
ZSBhdXRob3JpdHkgZm9yIHRlc3RzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
6oj2vJ2tUs9XF2iDrifswAPMtpELZK6S1mDLjd1Z6nwb5ksiedEiWIsByyOLsu10
fjNBabfSbhuMFRa+UGW53KNjMGEwHQYDVR0OBBYEFImM52VJOZdZnbD6ErsD6WAX
unmmMB8GA1UdIwQYMBaAFImM52VJOZdZnbD6ErsD6WAXunmmMA8GA1UdEwEB/wQF
MAMBAf8wDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0cAMEQCIALUlUHrCADj
b4J0EjeR5LQ3qbZ2JiRB1qCXUEqEHNvYAiA6wyP2BZAynWR75M+noDOYZgFqzhtZ
3odL2fDzdckpzQ==
-----END CERTIFICATE-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIB0TCCAXegAwIBAgIUY9G7RZFgvKVsa4je1WKytt3fXSkwCgYIKoZIzj0EAwIw
KDEmMCQGA1UEAwwdQSBwcml2YXRlIGF1dGhvcml0eSBmb3IgdGVzdHMwIBcNMjYx
MTIwMDk1MzI0WhgPMjEyNjEwMjcwOTUzMjRaMBcxFTATBgNVBAMMDGp1cHl0ZXIu
dGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBIoJ7KNEhoen4Dbsx3HguC/
LRkk+EcCuw3I/U0vT29IX4hfbtm2KIagH3msSA8OWekqRLQpnynvncTIrBiPt+Oj
gY0wgYowKAYDVR0RBCEwH4IManVweXRlci50ZXN0gglsb2NhbGhvc3SHBH8AAAEw
CQYDVR0TBAIwADATBgNVHSUEDDAKBggrBgEFBQcDATAdBgNVHQ4EFgQUyfI7UZ7u
NpBg3ObaQ9Y8TwoMKLMwHwYDVR0jBBgwFoAUiYznZUk5l1mdsPoSuwPpYBe6eaYw
CgYIKoZIzj0EAwIDSAAwRQIgJ7RIogWmSuckrv45yNpHa6Tt49CBRsP9lPkr+zi4
CSoCIQCo66L1D3TjtI+lFgNyEJPGZdvxmInX0IsDGevm+Eqdlg==
-----END CERTIFICATE-----`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgczYsDe91mBIRSnK8
HkQCF6l+U0b0z/HPC9PsMpVVkuChRANCAAQSKCeyjRIaHp+A27Mdx4Lgvy0ZJPhH
ArsNyP1NL09vSF+IX27ZtiiGoB95rEgPDlnpKkS0KZ8p753EyKwYj7fj
-----END PRIVATE KEY-----`,
};

export interface Front {
  readonly port: number;
  close(): Promise<void>;
}

/** Speaks TLS with that certificate, and passes on what is said to a port of this machine. */
export function startTlsFront(target: number): Promise<Front> {
  const { cert, key } = PRIVATE_AUTHORITY;
  const sockets = new Set<Socket>();
  const server = createTlsServer({ cert, key }, socket => {
    sockets.add(socket);
    join(socket, connect(target, '127.0.0.1'));
  });
  server.on('tlsClientError', () => {});
  return listening(server, sockets);
}

/** An HTTP proxy that opens every tunnel it is asked for to one port of this machine; `tunnels` are what was asked for. */
export async function startTunnels(target: number): Promise<Front & { readonly tunnels: readonly string[] }> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    tunnels.push(request.url ?? '');
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    join(socket, connect(target, '127.0.0.1'));
  });
  return { ...(await listening(server, sockets)), tunnels };
}

function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}

function listening(server: ReturnType<typeof createServer | typeof createTlsServer>, sockets: Set<Socket>) {
  return new Promise<Front>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const close = () =>
        new Promise<void>(done => {
          for (const socket of sockets) socket.destroy();
          server.close(() => done());
        });
      resolve({ port, close });
    });
  });
}
