import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
// @ts-expect-error plain JavaScript
import { tarGz, zip } from '../../scripts/binaries/archive.mjs';

/** Releases as GitHub serves them, at an address of this machine. */
export interface ReleaseServer {
  /** For `LECODER_RELEASES_URL`. */
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** Publishes a version with a program for Unix that says its version, and nothing else; it becomes the latest. */
  publish(version: string, options?: { readonly wrongSum?: boolean; readonly program?: string }): void;
  /** Answers a path with this from now on. */
  put(path: string, body: string | Uint8Array): void;
  /** Answers everything with this status. */
  refuse(status: number): void;
  close(): Promise<void>;
}

/** A program that says its version, as the first line of a check. */
export const fakeProgram = (version: string) => `#!/bin/sh\necho ${version}\n`;

const TARGETS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

export async function releaseServer(): Promise<ReleaseServer> {
  const files = new Map<string, Uint8Array>();
  const asked: string[] = [];
  let refusal: number | null = null;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(path);
    const body = files.get(path);
    const status = refusal ?? (body === undefined ? 404 : 200);
    // HTTP has `Connection: close` here so that nothing is left open when the test ends.
    response.writeHead(status, { connection: 'close' }).end(status === 200 ? body : '');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const put = (path: string, body: string | Uint8Array) => void files.set(path, Buffer.from(body as string));
  return {
    url: `http://127.0.0.1:${port}/releases`,
    asked,
    put,
    publish(version, { wrongSum = false, program = fakeProgram(version) } = {}) {
      const archives = archivesOf(version, program);
      for (const [name, content] of archives) put(`/releases/download/v${version}/${name}`, content);
      const sums = archives.map(([name, content]) => `${wrongSum ? '0'.repeat(64) : sha256(content)}  ${name}\n`);
      for (const place of [`download/v${version}`, 'latest/download'])
        put(`/releases/${place}/SHA256SUMS`, sums.join(''));
    },
    refuse(status) {
      refusal = status;
    },
    close: () => new Promise<void>(resolve => server.close(() => resolve())),
  };
}

function archivesOf(version: string, program: string): (readonly [string, Uint8Array])[] {
  const beside = { name: 'LICENSE', content: Buffer.from('a licence\n'), runs: false };
  const files = (name: string) => [{ name, content: Buffer.from(program), runs: true }, beside];
  const name = (target: string, ending: string) => `lecoder-cgpu-${version}-${target}.${ending}`;
  return [
    ...TARGETS.map(target => [name(target, 'tar.gz'), tarGz(files('lecoder-cgpu'))] as const),
    [name('win-x64', 'zip'), zip(files('lecoder-cgpu.exe'))],
  ];
}

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
