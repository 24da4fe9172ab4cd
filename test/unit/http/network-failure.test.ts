import { describe, expect, test } from 'vitest';
import { CertificateRefused, ProxyRefused } from '../../../src/core/network-refusals.ts';
import { networkFailure } from '../../../src/http/network-failure.ts';

const URL_ = new URL('https://hub.example.org:8443/secret-path?token=secret');

/** As fetch wraps it. */
const wrapped = (cause: unknown) => new TypeError('fetch failed', { cause });
const coded = (code: string) => Object.assign(new Error('in the words of OpenSSL'), { code });
const words = (error: unknown) => {
  const { kind, message, facts } = networkFailure(URL_, error);
  return { kind, message, hints: facts.hints ?? [] };
};

describe('certificates', () => {
  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate of hub.example.org:8443 is not trusted', /NODE_EXTRA_CA_CERTS/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'the certificate of hub.example.org:8443 is not trusted', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the certificate of hub.example.org:8443 is not trusted', /NODE_EXTRA_CA/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'the certificate of hub.example.org:8443 is not trusted', /NODE_EXTRA_CA/],
    ['CERT_HAS_EXPIRED', 'the certificate of hub.example.org:8443 has expired', /clock/],
    ['CERT_NOT_YET_VALID', 'the certificate of hub.example.org:8443 is not valid yet', /clock/],
    ['CERT_SIGNATURE_FAILURE', 'the certificate of hub.example.org:8443 cannot be used', /whoever runs/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate of hub.example.org:8443 was made for another name', /proxy/],
    [
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      'hub.example.org:8443 and this program have no version of TLS in common',
      /TLS 1.2/,
    ],
  ])('%s', (code, message, hint) => {
    const said = words(wrapped(coded(code)));
    expect(said).toMatchObject({ kind: 'connectionTimeout', message });
    expect(said.hints.join('\n')).toMatch(hint);
  });

  const shown = { subject: 'hub', issuer: 'Acme Corp', validFrom: '', validTo: '', selfSigned: false };

  test('whoever signed one that is not trusted is named', () => {
    const cause = coded('SELF_SIGNED_CERT_IN_CHAIN');
    const refused = new CertificateRefused('SELF_SIGNED_CERT_IN_CHAIN', shown, wrapped(cause));
    expect(words(refused).message).toBe(
      'the certificate of hub.example.org:8443 is not trusted: it is signed by "Acme Corp"',
    );
    const own = new CertificateRefused('DEPTH_ZERO_SELF_SIGNED_CERT', { ...shown, selfSigned: true }, cause);
    expect(words(wrapped(own)).message).toBe(
      'the certificate of hub.example.org:8443 is not trusted: it is signed by itself',
    );
  });
});

describe('proxies', () => {
  const proxy = { proxy: 'proxy.corp:3128', variable: 'https_proxy' };
  const refused = (status: number | null, credentials = false, cause?: unknown) =>
    wrapped(new ProxyRefused({ ...proxy, status, credentials }, cause));

  test.each([
    [407, false, 'the proxy proxy.corp:3128 (`https_proxy`) wants a user and a password (HTTP 407)'],
    [
      407,
      true,
      'the proxy proxy.corp:3128 (`https_proxy`) does not accept the user and the password that stand there (HTTP 407)',
    ],
    [
      403,
      false,
      'the proxy proxy.corp:3128 (`https_proxy`) does not let us through to hub.example.org:8443 (HTTP 403)',
    ],
    [504, false, 'the proxy proxy.corp:3128 (`https_proxy`) cannot reach hub.example.org:8443 (HTTP 504)'],
  ])('%s (credentials: %s)', (status, credentials, message) => {
    const said = words(refused(status, credentials));
    expect(said).toMatchObject({ kind: 'connectionTimeout', message });
    expect(said.hints.length).toBeGreaterThan(0);
  });

  test.each([
    ['ECONNREFUSED', 'nothing listens there'],
    ['ENOTFOUND', 'there is no host of that name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('that cannot be reached: %s', (code, reason) => {
    expect(words(refused(null, false, coded(code))).message).toBe(
      `the proxy proxy.corp:3128 (\`https_proxy\`) cannot be reached: ${reason}`,
    );
  });

  test('that hangs up', () => {
    expect(words(refused(null)).message).toContain('it does not answer as a proxy does');
  });
});
