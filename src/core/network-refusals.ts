/** The proxy on the way is not there, or does not let us through. Holds no user and no password. */
export class ProxyRefused extends Error {
  override readonly name = 'ProxyRefused';
  /** Host and port. */
  readonly proxy: string;
  /** The environment variable that names it. */
  readonly variable: string;
  /** Its answer to CONNECT; null when it gave none. */
  readonly status: number | null;
  /** Whether the variable holds a user or a password. */
  readonly credentials: boolean;

  constructor(facts: Pick<ProxyRefused, 'proxy' | 'variable' | 'status' | 'credentials'>, cause?: unknown) {
    super(`the proxy ${facts.proxy} ${facts.status === null ? 'did not answer' : `answered ${facts.status}`}`, {
      cause,
    });
    this.proxy = facts.proxy;
    this.variable = facts.variable;
    this.status = facts.status;
    this.credentials = facts.credentials;
  }
}

/** The other side showed a certificate that is not trusted; `certificate` is what it showed. */
export class CertificateRefused extends Error {
  override readonly name = 'CertificateRefused';
  /** Node's name for what is wrong with it. */
  readonly code: string;
  readonly certificate: CertificateFacts;

  constructor(code: string, certificate: CertificateFacts, cause: unknown) {
    super(`the certificate was refused (${code})`, { cause });
    this.code = code;
    this.certificate = certificate;
  }
}

/** Names are the organisation's, or the common name where there is none. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly selfSigned: boolean;
}
