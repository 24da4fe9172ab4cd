import type { Host } from '../core/host.ts';

/** What TLS says of a certificate whose authority it does not know, as Node's documentation lists the codes. */
const UNKNOWN_AUTHORITY: readonly unknown[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/**
 * Connects; where the authority behind the server's certificate is unknown, once more with those that the system trusts
 * added to Node's own and those of `NODE_EXTRA_CA_CERTS`. Reading them takes 50 ms and more, so it waits for the need.
 * A handshake that failed has sent nothing of the request: `connect` may be called twice.
 */
export async function withSystemTrust<T>(host: Pick<Host, 'env' | 'platform'>, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (error) {
    if (!isOfUnknownAuthority(error) || !(await trustSystem(host))) throw error;
    return connect();
  }
}

function isOfUnknownAuthority(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    if ('code' in at && UNKNOWN_AUTHORITY.includes(at.code)) return true;
    at = at.cause ?? (at instanceof AggregateError ? at.errors[0] : undefined);
  }
  return false;
}

let added: Promise<boolean> | null = null;

/** Once in a process. False when the system adds nothing, or when this Node cannot add to what it trusts. */
function trustSystem({ env, platform }: Pick<Host, 'env' | 'platform'>): Promise<boolean> {
  added ??= import('./authorities.ts').then(({ addSystemAuthorities }) => addSystemAuthorities(platform, env));
  return added;
}
