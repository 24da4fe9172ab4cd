import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/**
 * A certificate for Google's hosts as a company's proxy shows it that opens TLS, with its key, good until 2126. It signed
 * itself, and nobody trusts it.
 */
export const INSPECTION = {
  cert: `-----BEGIN CERTIFICATE-----
MIICIzCCAcmgAwIBAgIUXxCUkAKo7FW5CildGjjtiPxUy04wCgYIKoZIzj0EAwIw
MjESMBAGA1UECgwJQWNtZSBDb3JwMRwwGgYDVQQDDBNBY21lIFRMUyBpbnNwZWN0
aW9uMCAXDTI2MTEyMDEwNDMxNFoYDzIxMjYxMDI3MTA0MzE0WjAyMRIwEAYDVQQK
DAlBY21lIENvcnAxHDAaBgNVBAMME0FjbWUgVExTIGluc3BlY3Rpb24wWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARquzyoyEoAYOLFyB5IT6azNG244DFMBEDUQE1m
7AYAcCJp6q3z1yvsGAtgtXpeYgQVpea1cyUotXqM6m4hiOwyo4G6MIG3MB0GA1Ud
DgQWBBRR+s1KQsXZOFlQXieDrUzaLa5gbTAfBgNVHSMEGDAWgBRR+s1KQsXZOFlQ
XieDrUzaLa5gbTBkBgNVHREEXTBbghNhY2NvdW50cy5nb29nbGUuY29tghljb2xh
Yi5yZXNlYXJjaC5nb29nbGUuY29tghAqLmdvb2dsZWFwaXMuY29tghdjb2xhYi5w
YS5nb29nbGVhcGlzLmNvbTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gA
MEUCIFT8/WzJoQbi78bHpzBcRdE1EIfMeMomn4FuUBnnhKO7AiEAx9/eUi9+2cDr
v5SDvQ8T8HYLmztAw05NhjyH6ZGfltQ=
-----END CERTIFICATE-----`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqoi1+5xBlbX4pfwQ
CDbrtFCBn0wGWMvKJ4B4VSPV39ehRANCAARquzyoyEoAYOLFyB5IT6azNG244DFM
BEDUQE1m7AYAcCJp6q3z1yvsGAtgtXpeYgQVpea1cyUotXqM6m4hiOwy
-----END PRIVATE KEY-----`,
};

export interface Inspection {
  readonly port: number;
  close(): Promise<void>;
}

/** Stands in for all of Google's hosts: answers everything with 204, by a clock that is `behind` milliseconds behind. */
export async function startInspection(behind: number): Promise<Inspection> {
  const server = createServer(INSPECTION, (_request, response) => {
    response.writeHead(204, { Date: new Date(Date.now() - behind).toUTCString() }).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>(done => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
