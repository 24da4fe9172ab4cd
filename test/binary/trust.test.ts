import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type Front, PRIVATE_AUTHORITY, startTlsFront, startTunnels } from '../support/private-authority.ts';
import { runProgram } from '../support/run-program.ts';
import { nodeInBinary, singleBinary } from '../support/single-binary.ts';

type Env = Record<string, string>;

/** A file or a folder in the environment is what a system's store is on Linux, and what a test can have for itself. */
const STORES: readonly (readonly [string, (places: { file: string; folder: string }) => Env])[] = [
  ['SSL_CERT_FILE', ({ file }) => ({ SSL_CERT_FILE: file })],
  ['SSL_CERT_DIR', ({ folder }) => ({ SSL_CERT_DIR: folder })],
  ['NODE_EXTRA_CA_CERTS', ({ file }) => ({ NODE_EXTRA_CA_CERTS: file })],
];

describe('the authorities that the system trusts', () => {
  let scratch: string;
  let server: TestServer;
  let front: Front;
  let binary: readonly string[];
  let places: { file: string; folder: string };

  beforeAll(async () => {
    binary = [await singleBinary()];
    scratch = await mkdtemp(join(tmpdir(), 'lecoder-trust-'));
    const folder = join(scratch, 'authorities');
    places = { folder, file: join(folder, 'private.pem') };
    await mkdir(folder);
    await writeFile(places.file, PRIVATE_AUTHORITY.authority);
    server = await startJupyter({ args: ['--ServerApp.allow_remote_access=true'] });
    front = await startTlsFront(Number(server.url.port));
  }, 600_000);
  afterAll(async () => {
    await front?.close();
    await server?.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  /** Goes over HTTP for the session and over a WebSocket for the code. */
  async function run([program = '', ...before]: readonly string[], url: string, env: Env) {
    const home = await mkdtemp(join(scratch, 'home-'));
    const none = join(scratch, 'none');
    return runProgram(program, [...before, 'run', '-k', '6 * 7', '--runtime', 'jupyter'], {
      cwd: home,
      env: {
        HOME: home,
        LECODER_CONFIG_DIR: join(home, 'config'),
        JUPYTER_SERVER_URL: url,
        JUPYTER_TOKEN: server.token,
        SSL_CERT_FILE: none,
        SSL_CERT_DIR: none,
        ...env,
      },
    });
  }

  const direct = () => `https://127.0.0.1:${front.port}/`;
  const fine = { code: 0, stdout: '42\n', stderr: '' };

  test.each(STORES)('are those that %s names, for requests and for the socket', async (_name, env) => {
    expect(await run(binary, direct(), env(places))).toEqual(fine);
  });

  test('count behind a proxy too', async () => {
    const proxy = await startTunnels(front.port);
    try {
      const through = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, SSL_CERT_FILE: places.file };
      expect(await run(binary, 'https://jupyter.test/', through)).toEqual(fine);
      expect(new Set(proxy.tunnels)).toEqual(new Set(['jupyter.test:443']));
    } finally {
      await proxy.close();
    }
  });

  test('are all that is trusted', async () => {
    const ended = await run(binary, direct(), {});
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain(`error: the certificate of 127.0.0.1:${front.port} is not trusted`);
  });

  test('count for the package as well, on a Node that can take them', async () => {
    const bundle = [await nodeInBinary(), join(process.cwd(), 'dist', 'lecoder-cgpu.cjs')];
    expect(await run(bundle, direct(), { SSL_CERT_FILE: places.file })).toEqual(fine);
  });
});
