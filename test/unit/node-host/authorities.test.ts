import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authoritiesOfOpenSsl } from '../../../src/node-host/authorities.ts';
import { withSystemTrust } from '../../../src/node-host/system-trust.ts';
import { CERTIFICATE } from '../../support/certificate.ts';
import { PRIVATE_AUTHORITY } from '../../support/private-authority.ts';

const ONE = CERTIFICATE.cert;
const OTHER = PRIVATE_AUTHORITY.authority;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lecoder-authorities-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

test('a file may hold many, with words between them, and damaged ones, which are left out', () => {
  const damaged = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(64)}\n-----END CERTIFICATE-----\n`;
  const file = put('all.pem', `# one\n${ONE}\n\n# ü\n${damaged}${CERTIFICATE.key}\n${OTHER}\n`);
  expect(authoritiesOfOpenSsl({ SSL_CERT_FILE: file, SSL_CERT_DIR: join(folder, 'none') })).toEqual([ONE, OTHER]);
});

test('of a folder each file counts, once however often it is linked; several folders stand in a row', () => {
  const path = put('a/one.pem', ONE);
  put('b/other.pem', OTHER);
  put('b/read.me', 'words');
  mkdirSync(join(folder, 'a', 'deeper'));
  // Windows lets only some users make links.
  if (process.platform !== 'win32') {
    symlinkSync(path, join(folder, 'a', '1234abcd.0'));
    symlinkSync(join(folder, 'gone'), join(folder, 'a', '5678abcd.0'));
  }
  const folders = ['a', 'none', 'b'].map(name => join(folder, name)).join(delimiter);
  expect(authoritiesOfOpenSsl({ SSL_CERT_FILE: join(folder, 'none'), SSL_CERT_DIR: folders })).toEqual([ONE, OTHER]);
});

test('what fails for another reason than an unknown authority is not tried again', async () => {
  for (const code of ['ECONNREFUSED', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID']) {
    let tries = 0;
    const failing = withSystemTrust({ env: {}, platform: process.platform }, async () => {
      tries += 1;
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
    });
    await expect(failing).rejects.toThrow('fetch failed');
    expect(tries).toBe(1);
  }
});
