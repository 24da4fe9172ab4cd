import type { CertificateFacts } from './network-refusals.ts';

/** What only a check-up wants to know of the machine and of the network below HTTP. */
export interface HostSystem {
  /** Version of Node, without a `v`. */
  readonly node: string;
  readonly arch: string;
  /** Of the operating system. */
  readonly release: string;
  /** The user's number; null on Windows. */
  readonly user: number | null;
  /** False on a Node that cannot add the system's certificates to its own. */
  readonly takesSystemTrust: boolean;
  /** Addresses of a host, as this system looks names up. Rejects with its error. */
  lookUp(name: string): Promise<readonly string[]>;
  /** Which way connections to that address go. Throws a `usage` failure for a proxy of a kind that is not supported. */
  road(url: URL): Road;
  /**
   * Connects, by way of the proxy where there is one, and shakes hands; sends no request. Rejects as `Host.fetch`
   * does, with the signal's reason when aborted.
   */
  reach(url: URL, signal: AbortSignal): Promise<Reached>;
}

export interface Road {
  /** Host and port of the proxy; null when the way is direct. */
  readonly proxy: string | null;
  /** The variable that names it, or would. */
  readonly variable: string | null;
  /** Whether user or password stand in it. */
  readonly credentials: boolean;
  /** Why there is none though a variable is set: the entry of `NO_PROXY`, or `loopback`. */
  readonly exempt: string | null;
}

export interface Reached {
  /** The address at the other end: the server's, or the proxy's. */
  readonly address: string | null;
  /** Null for a connection without TLS. */
  readonly tls: { readonly protocol: string; readonly certificate: CertificateFacts } | null;
}
