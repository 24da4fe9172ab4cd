import { Failure } from '../core/failure.ts';
import { type CertificateFacts, CertificateRefused, ProxyRefused } from '../core/network-refusals.ts';
import { proxyFailure } from './proxy-failure.ts';

interface Words {
  readonly says: (host: string) => string;
  readonly hint?: string;
}

const TRUST_HINT = 'Point `NODE_EXTRA_CA_CERTS` at the PEM file of the authority that signed it';
const CLOCK_HINT = 'Check the clock of this machine';
const untrusted: Words = { says: host => `the certificate of ${host} is not trusted`, hint: TRUST_HINT };
const unfit: Words = {
  says: host => `the certificate of ${host} cannot be used`,
  hint: 'Ask whoever runs that server, or the proxy in front of it, for a proper one',
};
const otherTls: Words = {
  says: host => `${host} and this program have no version of TLS in common`,
  hint: 'Ask whoever runs that server, or the proxy in front of it, to offer TLS 1.2 or 1.3',
};
const SCHEME_HINT = 'Check the port, and whether the address begins with `http://` or `https://`';
const cut: Words = { says: host => `${host} closed the connection before it answered`, hint: SCHEME_HINT };
const notHttp: Words = {
  says: host => `${host} answers, but not in HTTP`,
  hint: SCHEME_HINT,
};
const silent: Words = {
  says: host => `no answer from ${host} in time`,
  hint: 'Check the address (`http://` or `https://`, the port), the network and any firewall',
};

/** Codes of Node's sockets, its TLS and its fetch, as their documentation lists them. */
const WORDS: Readonly<Record<string, Words>> = {
  ECONNREFUSED: {
    says: host => `nothing listens at ${host}: the connection was refused`,
    hint: 'Check the port, and that the server runs',
  },
  ENOTFOUND: {
    says: host => `there is no host named ${host}`,
    hint: 'Check the spelling, and that this machine is on the network',
  },
  EAI_AGAIN: {
    says: host => `the name ${host} cannot be looked up now`,
    hint: 'Check that this machine is on the network',
  },
  ECONNRESET: cut,
  EPIPE: cut,
  UND_ERR_SOCKET: cut,
  ETIMEDOUT: silent,
  UND_ERR_CONNECT_TIMEOUT: silent,
  UND_ERR_HEADERS_TIMEOUT: silent,
  UND_ERR_BODY_TIMEOUT: silent,
  EHOSTUNREACH: { says: host => `there is no way to ${host} from here` },
  ENETUNREACH: { says: host => `there is no way to ${host} from here` },
  EPROTO: notHttp,
  ERR_SSL_WRONG_VERSION_NUMBER: {
    says: host => `${host} does not speak TLS`,
    hint: 'Try the address with `http://`',
  },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    says: host => `${host} does not speak TLS`,
    hint: 'Try the address with `http://`',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_HAS_EXPIRED: { says: host => `the certificate of ${host} has expired`, hint: CLOCK_HINT },
  CERT_NOT_YET_VALID: { says: host => `the certificate of ${host} is not valid yet`, hint: CLOCK_HINT },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    says: host => `the certificate of ${host} was made for another name`,
    hint: 'Check the address; a login page of the network, or a proxy, may be in between',
  },
  CERT_REVOKED: { says: host => `the certificate of ${host} was revoked` },
  CERT_REJECTED: unfit,
  CERT_SIGNATURE_FAILURE: unfit,
  CERT_CHAIN_TOO_LONG: unfit,
  PATH_LENGTH_EXCEEDED: unfit,
  INVALID_CA: unfit,
  INVALID_PURPOSE: unfit,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: otherTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: otherTls,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: otherTls,
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE': otherTls,
};

/** What went wrong below HTTP, as a `connectionTimeout` failure in plain words. Holds the host, never a path or query. */
export function networkFailure(url: URL, error: unknown): Failure {
  const code = networkCode(error);
  const refused = within(error, ProxyRefused);
  if (refused !== null) return proxyFailure(url, refused, code);
  const words = code === null ? undefined : (WORDS[code] ?? (code.startsWith('HPE_') ? notHttp : undefined));
  const host = code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? url.hostname : url.host;
  const said = words ? words.says(host) : `cannot reach ${host}${code === null ? '' : ` (${code})`}`;
  const shown = within(error, CertificateRefused)?.certificate;
  const message = shown === undefined || words !== untrusted ? said : `${said}: it is signed by ${signer(shown)}`;
  return new Failure('connectionTimeout', message, {
    cause: error,
    ...(words?.hint ? { hints: [words.hint] } : {}),
  });
}

function signer({ issuer, selfSigned }: CertificateFacts): string {
  return selfSigned ? 'itself' : `"${issuer}"`;
}

/** True when the connection broke on the way, which says nothing about the request: one that only reads may be sent again. */
export function wasCut(error: unknown): boolean {
  const code = networkCode(error);
  return code !== null && WORDS[code] === cut;
}

/** The first `code` down the chain of causes. Fetch wraps the socket's error, and several of them where it tried several addresses. */
function networkCode(error: unknown): string | null {
  for (const at of chain(error)) if ('code' in at && typeof at.code === 'string') return at.code;
  return null;
}

function within<T extends Error>(error: unknown, kind: abstract new (...args: never[]) => T): T | null {
  for (const at of chain(error)) if (at instanceof kind) return at;
  return null;
}

function* chain(error: unknown): Generator<Error> {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    yield at;
    at = at.cause ?? (at instanceof AggregateError ? at.errors[0] : undefined);
  }
}
