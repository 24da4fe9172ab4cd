import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import tls from 'node:tls';
import type { Host } from '../core/host.ts';

/** Node 22.19 and newer; missing before. */
interface Trust {
  readonly getCACertificates?: (kind: 'default' | 'system') => string[];
  readonly setDefaultCACertificates?: (certificates: readonly string[]) => void;
}

/** Where OpenSSL looks on Linux and the BSDs; what distributions keep elsewhere is linked to from here. */
const OPENSSL = { file: '/etc/ssl/cert.pem', folders: '/etc/ssl/certs' };

/** Makes this process trust what the system trusts, too. False when that adds nothing, or when this Node cannot do it. */
export function addSystemAuthorities(platform: NodeJS.Platform, env: Host['env']): boolean {
  const { getCACertificates, setDefaultCACertificates } = tls as Trust;
  if (getCACertificates === undefined || setDefaultCACertificates === undefined) return false;
  const known = getCACertificates('default');
  const store = platform === 'darwin' || platform === 'win32' ? getCACertificates('system') : authoritiesOfOpenSsl(env);
  const seen = new Set(known.map(bare));
  const news = store.filter(certificate => seen.size < seen.add(bare(certificate)).size);
  if (news.length === 0) return false;
  setDefaultCACertificates([...known, ...news]);
  return true;
}

/**
 * What `SSL_CERT_FILE` and `SSL_CERT_DIR` name, else OpenSSL's file and folder. Node could read these too, but it tells
 * of a folder that is missing on stderr, past everything that we say there.
 */
export function authoritiesOfOpenSsl(env: Host['env']): string[] {
  const folders = (env.SSL_CERT_DIR || OPENSSL.folders).split(delimiter).filter(folder => folder !== '');
  const files = [env.SSL_CERT_FILE || OPENSSL.file, ...folders.flatMap(filesIn)];
  return [...new Set(files.flatMap(certificatesIn))].filter(isReadable);
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map(name => join(folder, name));
  } catch {
    return []; // many systems have no such folder
  }
}

function certificatesIn(file: string): string[] {
  try {
    return readFileSync(file, 'latin1').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  } catch {
    return []; // a folder, a link to nothing, a key that only root may read
  }
}

/** One that is damaged would make Node refuse all the others. */
function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).raw.length > 0;
  } catch {
    return false;
  }
}

const bare = (certificate: string) => certificate.replace(/\s/g, '');
