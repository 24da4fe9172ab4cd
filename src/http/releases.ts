import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { ReleaseFile, Releases } from '../core/upgrade.ts';
import { VERSION_PATTERN } from '../util/version-order.ts';
import { networkFailure } from './network-failure.ts';

/** Milliseconds for a small answer, and for the next piece of a large one. */
const PATIENCE = 15_000;
const NPM = 'https://registry.npmjs.org/';
const PACKAGE = 'lecoder-cgpu';

type ReleasesHost = Pick<Host, 'fetch' | 'env'>;
type Read<T> = (response: Response, alive: () => void) => Promise<T>;

/**
 * Releases below `repository` (an address on GitHub), or on a mirror with the same layout. No credential goes along, so
 * redirects are followed, as GitHub's downloads need it.
 */
export function releases(host: ReleasesHost, repository: string): Releases {
  const { env } = host;
  const base = address('LECODER_RELEASES_URL', env.LECODER_RELEASES_URL || `${repository}/releases`);
  const registry = () => address('LECODER_NPM_REGISTRY', env.LECODER_NPM_REGISTRY || env.npm_config_registry || NPM);
  const place = ({ version, name }: ReleaseFile) => new URL(`download/v${version}/${encodeURIComponent(name)}`, base);
  return {
    async newest(channel, signal) {
      if (channel === 'npm')
        return versionIn(await fetched(host, { url: new URL(`${PACKAGE}/latest`, registry()), read: text }, signal));
      const url = new URL('latest/download/SHA256SUMS', base);
      return versionAmong(readSums(await fetched(host, { url, read: text }, signal)), url);
    },
    sums: async (version, signal) =>
      readSums(await fetched(host, { url: place({ version, name: 'SHA256SUMS' }), read: text, version }, signal)),
    download: (file, progress, signal) => {
      const read: Read<Uint8Array> = (response, alive) => bytesOf(response, alive, progress);
      return fetched(host, { url: place(file), read, version: file.version }, signal);
    },
    address: file => place(file).href,
  };
}

/** An address that ends with a slash. Plain HTTP is for this machine alone: what comes over it will be run. */
function address(variable: string, given: string): URL {
  const text = given.endsWith('/') ? given : `${given}/`;
  const url = URL.canParse(text) ? new URL(text) : null;
  const loopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback))) return url;
  throw new Failure('usage', `\`${variable}\` must be an \`https\` address, not \`${given}\``);
}

const text: Read<string> = response => response.text();

interface Question<T> {
  readonly url: URL;
  readonly read: Read<T>;
  /** To be named when it is not there. */
  readonly version?: string;
}

async function fetched<T>(host: ReleasesHost, { url, read, version }: Question<T>, signal: AbortSignal): Promise<T> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), PATIENCE);
  };
  alive();
  try {
    const init = { redirect: 'follow', signal: AbortSignal.any([signal, silence.signal]) } as const;
    const response = await host.fetch(url, { ...init, headers: { 'User-Agent': PACKAGE } });
    mustBeSafe(url, response.url);
    if (!response.ok) throw refused(url, response.status, version);
    alive();
    return await read(response, alive);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    if (silence.signal.aborted)
      throw new Failure('connectionTimeout', `no answer from ${url.host} within ${PATIENCE / 1000} s`);
    throw networkFailure(url, error);
  } finally {
    clearTimeout(timer);
  }
}

/** A redirect must not lead out of TLS. */
function mustBeSafe(asked: URL, answered: string): void {
  if (asked.protocol === 'https:' && answered.startsWith('http:'))
    throw new Failure('apiUnavailable', `${asked.host} redirects out of \`https\``, { retryable: false });
}

function refused(url: URL, status: number, version: string | undefined): Failure {
  if (status === 404 && version !== undefined)
    return new Failure('usage', `there is no version ${version} to be had at ${url.host}`, {
      hints: ['`lecoder-cgpu upgrade --check` names the newest'],
    });
  if (status === 404) return new Failure('apiUnavailable', `${url.host} has no release yet`, { retryable: false });
  if (status === 429 || status === 403) return new Failure('rateLimited', `${url.host} asks for fewer requests`);
  return new Failure('apiUnavailable', `${url.host} answered ${status}`, { retryable: status >= 500 });
}

function versionIn(json: string): string {
  try {
    const { version } = JSON.parse(json) as { version?: unknown };
    if (typeof version === 'string' && VERSION_PATTERN.test(version)) return version;
  } catch {
    // a page for people, a proxy's for instance
  }
  throw new Failure('apiUnavailable', 'the npm registry did not name a version', { retryable: false });
}

/** Lines of `sha256sum`: 64 digits, two blanks, a name. */
function readSums(sums: string): ReadonlyMap<string, string> {
  const found = [...sums.matchAll(/^([0-9a-f]{64}) [ *]([\w.+~-]+)\r?$/gm)];
  return new Map(found.map(([, sum = '', name = '']) => [name, sum]));
}

/** Files carry the version in their names, so that no second question is needed. */
function versionAmong(sums: ReadonlyMap<string, string>, url: URL): string {
  for (const name of sums.keys()) {
    const version = /^lecoder-cgpu-(.+)-linux-x64\.tar\.gz$/.exec(name)?.[1];
    if (version !== undefined && VERSION_PATTERN.test(version)) return version;
  }
  throw new Failure('apiUnavailable', `\`SHA256SUMS\` of ${url.host} names no version`, { retryable: false });
}

async function bytesOf(
  response: Response,
  alive: () => void,
  progress: (bytes: number, total: number | null) => void,
): Promise<Uint8Array> {
  const total = Number(response.headers.get('content-length')) || null;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    alive();
    pieces.push(piece);
    bytes += piece.length;
    progress(bytes, total);
  }
  return Buffer.concat(pieces);
}
