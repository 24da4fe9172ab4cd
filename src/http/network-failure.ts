import { Failure } from '../core/failure.ts';

interface Words {
  readonly says: (host: string) => string;
  readonly hint?: string;
}

const TRUST_HINT = 'Point `NODE_EXTRA_CA_CERTS` at the PEM file of the authority that signed it';
const untrusted: Words = { says: host => `the certificate of ${host} is not trusted`, hint: TRUST_HINT };
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
  CERT_HAS_EXPIRED: { says: host => `the certificate of ${host} has expired` },
  CERT_NOT_YET_VALID: {
    says: host => `the certificate of ${host} is not valid yet`,
    hint: 'Check the clock of this machine',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: { says: host => `the certificate of ${host} was made for another name` },
};

/** What went wrong below HTTP, as a `connectionTimeout` failure in plain words. Holds the host, never a path or query. */
export function networkFailure(url: URL, error: unknown): Failure {
  const code = networkCode(error);
  const words = code === null ? undefined : (WORDS[code] ?? (code.startsWith('HPE_') ? notHttp : undefined));
  const host = code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? url.hostname : url.host;
  const message = words ? words.says(host) : `cannot reach ${host}${code === null ? '' : ` (${code})`}`;
  return new Failure('connectionTimeout', message, {
    cause: error,
    ...(words?.hint ? { hints: [words.hint] } : {}),
  });
}

/** True when the connection broke on the way, which says nothing about the request: one that only reads may be sent again. */
export function wasCut(error: unknown): boolean {
  const code = networkCode(error);
  return code !== null && WORDS[code] === cut;
}

/** The first `code` down the chain of causes. Fetch wraps the socket's error, and several of them where it tried several addresses. */
function networkCode(error: unknown): string | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    at = at.cause ?? (at instanceof AggregateError ? at.errors[0] : undefined);
  }
  return null;
}
