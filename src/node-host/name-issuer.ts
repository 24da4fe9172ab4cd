import type { Host } from '../core/host.ts';
import { CertificateRefused, ProxyRefused } from '../core/network-refusals.ts';
import { withSystemTrust } from './system-trust.ts';

/** What is wrong with a certificate itself, as Node's documentation lists it: looking at it then tells more. */
const OF_CERTIFICATES: ReadonlySet<unknown> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_CHAIN_TOO_LONG',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
/** Milliseconds for the second look. */
const PATIENCE = 3000;

/**
 * Connects, with the system's certificates where they are needed. Where the server's certificate is refused all the same
 * it is looked at once more, so that whoever signed it can be named: rejects with a `CertificateRefused` then.
 */
export async function namingIssuer<T>(
  url: URL,
  host: Pick<Host, 'env' | 'platform'>,
  connect: () => Promise<T>,
): Promise<T> {
  try {
    return await withSystemTrust(host, connect);
  } catch (error) {
    const code = certificateFault(error);
    if (code === null) throw error;
    const { reach } = await import('./reach.ts');
    const look = { env: host.env, trusting: true, signal: AbortSignal.timeout(PATIENCE) };
    const seen = await reach(url, look).catch(() => null);
    throw seen?.tls ? new CertificateRefused(code, seen.tls.certificate, error) : error;
  }
}

/** A certificate of the proxy's own is not the server's. */
function certificateFault(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    if (at instanceof ProxyRefused) return null;
    if ('code' in at && OF_CERTIFICATES.has(at.code)) return String(at.code);
    at = at.cause ?? (at instanceof AggregateError ? at.errors[0] : undefined);
  }
  return null;
}
