import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Host } from '../../core/host.ts';
import { type Finding, ok, warning } from './finding.ts';

/** Certificates that the environment adds to those that Node trusts. A file that cannot be read is silently nothing to most programs. */
export async function checkAuthorities(host: Host): Promise<Finding> {
  const { takesSystemTrust, node } = await host.system();
  const { NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, SSL_CERT_DIR } = host.env;
  const files = [
    ...named(host, 'NODE_EXTRA_CA_CERTS', NODE_EXTRA_CA_CERTS),
    ...named(host, 'SSL_CERT_FILE', SSL_CERT_FILE),
  ];
  const folder = SSL_CERT_DIR ? [folderFacts(resolve(host.folders.work, SSL_CERT_DIR.split(':')[0] ?? ''))] : [];
  const facts = { files, folders: folder, systemTrust: takesSystemTrust };
  for (const { variable, path, fault, certificates, expired } of files) {
    if (fault !== null)
      return warning(
        `\`${variable}\` names \`${path}\`, which ${fault}`,
        [`point \`${variable}\` at a PEM file`],
        facts,
      );
    if (certificates === expired)
      return warning(`all certificates in \`${path}\` (\`${variable}\`) have expired`, ['ask for a newer file'], facts);
  }
  if ((SSL_CERT_FILE || SSL_CERT_DIR) && !takesSystemTrust) {
    const text = `Node ${node} does not read \`SSL_CERT_FILE\` and \`SSL_CERT_DIR\``;
    return warning(text, ['use `NODE_EXTRA_CA_CERTS`, or Node 22.19 or newer, or the single binary'], facts);
  }
  const [first] = files;
  if (first === undefined) return ok(takesSystemTrust ? "Node's and the system's" : "Node's own alone", facts);
  return ok(files.map(file => `${file.certificates} from \`${file.variable}\``).join(', '), facts);
}

interface AuthorityFile {
  readonly variable: string;
  readonly path: string;
  /** What is wrong with it, as the rest of a sentence; null when it can be used. */
  readonly fault: string | null;
  readonly certificates: number;
  readonly expired: number;
  readonly subjects: readonly string[];
}

function named(host: Host, variable: string, value: string | undefined): AuthorityFile[] {
  if (!value) return [];
  const path = resolve(host.folders.work, value);
  const nothing = { variable, path, certificates: 0, expired: 0, subjects: [] };
  try {
    const pieces = readFileSync(path, 'latin1').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
    const found = (pieces ?? []).map(piece => new X509Certificate(piece));
    if (found.length === 0) return [{ ...nothing, fault: 'holds no certificate in PEM form' }];
    const expired = found.filter(({ validTo }) => new Date(validTo) < host.now()).length;
    const subjects = found.slice(0, 5).map(({ subject }) => subject.replaceAll('\n', ', '));
    return [{ variable, path, fault: null, certificates: found.length, expired, subjects }];
  } catch (error) {
    const fault = error instanceof Error && 'syscall' in error ? 'cannot be read' : 'holds a damaged certificate';
    return [{ ...nothing, fault }];
  }
}

function folderFacts(path: string): { readonly path: string; readonly files: number | null } {
  try {
    return { path, files: readdirSync(path).length };
  } catch {
    return { path, files: null };
  }
}
