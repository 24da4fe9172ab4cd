import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { type ConnectProxy, type ProxyOptions, startProxy } from '../support/connect-proxy.ts';
import { freePort, startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type Front, PRIVATE_AUTHORITY, startTlsFront } from '../support/private-authority.ts';

/** User and password with all that has to be encoded in an address. */
const USER = 'me@corp';
const PASSWORD = 'p:a/s%s word';
const ENCODED = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`;
const NO_STORE = { SSL_CERT_FILE: '/nonexistent', SSL_CERT_DIR: '/nonexistent' };

let server: TestServer;
let front: Front;
let cli: Cli;
let authority: string;

beforeAll(async () => {
  server = await startJupyter({ args: ['--ServerApp.allow_remote_access=true'] });
  front = await startTlsFront(Number(server.url.port));
  cli = await makeCli({ LECODER_RUNTIME: 'jupyter', JUPYTER_TOKEN: server.token });
  authority = join(cli.home, 'company.pem');
  await writeFile(authority, PRIVATE_AUTHORITY.authority);
});

afterAll(async () => {
  await cli?.close();
  await front?.close();
  await server?.stop();
});

async function proxy(options: ProxyOptions = {}): Promise<ConnectProxy> {
  const started = await startProxy({ target: front.port, ...options });
  onTestFinished(() => started.close());
  return started;
}

/** A server inside the company: only the proxy knows the name, and only the company's authority vouches for it. */
const inside = (more: Record<string, string>) => ({
  env: { ...NO_STORE, JUPYTER_SERVER_URL: 'https://jupyter.test/', NODE_EXTRA_CA_CERTS: authority, ...more },
});

describe('through the proxy and a private authority', () => {
  test.each([
    ['HTTPS_PROXY', null],
    ['https_proxy', `${USER}:${PASSWORD}`],
    ['ALL_PROXY', `${USER}:${PASSWORD}`],
  ])('code runs, with %s', async (variable, wants) => {
    const way = await proxy({ wants });
    const address = `http://${wants === null ? '' : `${ENCODED}@`}127.0.0.1:${way.port}`;
    // settings of its own: with a session from before only the socket would go out
    const fresh = { LECODER_CONFIG_DIR: join(cli.home, `config-${variable}`) };
    const ended = await cli.call(['run', '-k', '6 * 7'], inside({ [variable]: address, ...fresh }));
    expect({ ...ended, bytes: null }).toEqual({ code: 0, stdout: '42\n', stderr: expect.any(String), bytes: null });
    expect(new Set(way.tunnels)).toEqual(new Set(['jupyter.test:443']));
    // requests and the socket
    expect(way.tunnels.length).toBeGreaterThan(1);
    expect(way.turnedAway()).toBe(0);
  });

  test('files go there and back, and a session is made', async () => {
    const way = await proxy({ wants: `${USER}:${PASSWORD}` });
    const env = inside({ HTTPS_PROXY: `http://${ENCODED}@127.0.0.1:${way.port}` });
    const file = join(cli.home, 'sent.txt');
    await writeFile(file, 'through it all\n');
    expect((await cli.json(['upload', file, 'arrived.txt', '--json'], env)).success).toBe(true);
    const back = join(cli.home, 'back.txt');
    expect((await cli.json(['download', 'arrived.txt', back, '--json'], env)).success).toBe(true);
    expect(await readFile(back, 'utf8')).toBe('through it all\n');
    const made = await cli.json(['connect', '--no-shell', '-n', 'inside', '--json'], env);
    expect(made).toMatchObject({ success: true });
    const ran = await cli.json(['run', '-s', 'inside', 'echo it runs', '--json'], env);
    expect(ran).toMatchObject({ success: true, stdout: 'it runs\n' });
  });

  test('to a proxy that speaks TLS itself', async () => {
    const way = await proxy({ wants: 'me:word' });
    const secure = await startTlsFront(way.port);
    onTestFinished(() => secure.close());
    const fresh = { LECODER_CONFIG_DIR: join(cli.home, 'config-secure') };
    const ended = await cli.call(
      ['run', '-k', '6 * 7'],
      inside({ HTTPS_PROXY: `https://me:word@localhost:${secure.port}`, ...fresh }),
    );
    expect(ended.stdout).toBe('42\n');
    expect(new Set(way.tunnels)).toEqual(new Set(['jupyter.test:443']));
  });

  test('a password that is not encoded is taken as it stands where it can be', async () => {
    const way = await proxy({ wants: 'me:100%' });
    const ended = await cli.call(
      ['run', '-k', '6 * 7'],
      inside({ HTTPS_PROXY: `http://me:100%@127.0.0.1:${way.port}` }),
    );
    expect(ended.stdout).toBe('42\n');
  });
});

describe('what stands in the way is named', () => {
  const failing = async (env: Record<string, string>) => {
    const found = await cli.json(['run', '-k', '6 * 7', '--json'], inside(env));
    expect(found).toMatchObject({ success: false, error: { code: 1101, exit: 4 } });
    return found.error;
  };

  test('a proxy that wants a password', async () => {
    const way = await proxy({ wants: `${USER}:${PASSWORD}` });
    const { message, suggestion } = await failing({ HTTPS_PROXY: `http://127.0.0.1:${way.port}` });
    expect(message).toBe(`the proxy 127.0.0.1:${way.port} (\`HTTPS_PROXY\`) wants a user and a password (HTTP 407)`);
    expect(suggestion).toContain('HTTPS_PROXY=http://user:password@');
    expect(way.tunnels).toEqual([]);
  });

  test('a password that is wrong, which nobody repeats', async () => {
    const way = await proxy({ wants: `${USER}:${PASSWORD}` });
    const wrong = { HTTPS_PROXY: `http://me:hunter22@127.0.0.1:${way.port}` };
    const { message } = await failing(wrong);
    expect(message).toBe(
      `the proxy 127.0.0.1:${way.port} (\`HTTPS_PROXY\`) does not accept the user and the password that stand there (HTTP 407)`,
    );
    const said = await cli.call(['run', '-k', '6 * 7', '-v'], inside(wrong));
    expect(said.stderr).toContain('(HTTP 407)');
    expect(said.stdout + said.stderr).not.toContain('hunter22');
    expect((await cli.call(['debug', 'show', '-n', '500'])).stdout).not.toContain('hunter22');
  });

  test('a proxy that forbids the host, and one that cannot reach it', async () => {
    const forbids = await proxy({ status: 403 });
    expect((await failing({ HTTPS_PROXY: `http://127.0.0.1:${forbids.port}` })).message).toBe(
      `the proxy 127.0.0.1:${forbids.port} (\`HTTPS_PROXY\`) does not let us through to jupyter.test (HTTP 403)`,
    );
    const lost = await proxy({ status: 502 });
    expect((await failing({ HTTPS_PROXY: `http://127.0.0.1:${lost.port}` })).message).toBe(
      `the proxy 127.0.0.1:${lost.port} (\`HTTPS_PROXY\`) cannot reach jupyter.test (HTTP 502)`,
    );
  });

  test('a proxy that is down', async () => {
    const port = await freePort();
    expect((await failing({ all_proxy: `http://127.0.0.1:${port}` })).message).toBe(
      `the proxy 127.0.0.1:${port} (\`all_proxy\`) cannot be reached: nothing listens there`,
    );
  });

  test('a socket that the proxy refuses after requests went through', async () => {
    const way = await proxy();
    const env = inside({ HTTPS_PROXY: `http://127.0.0.1:${way.port}` });
    await cli.json(['connect', '--no-shell', '-n', 'warm', '--json'], env);
    await way.close();
    const { error } = await cli.json(['run', '-s', 'warm', '-k', '1', '--json'], env);
    expect(error.message).toBe(
      `the proxy 127.0.0.1:${way.port} (\`HTTPS_PROXY\`) cannot be reached: nothing listens there`,
    );
  });

  test('a proxy that opens TLS and signs anew', async () => {
    const way = await proxy();
    const { message, suggestion } = await failing({
      HTTPS_PROXY: `http://127.0.0.1:${way.port}`,
      NODE_EXTRA_CA_CERTS: '',
    });
    expect(message).toBe(
      'the certificate of jupyter.test is not trusted: it is signed by "A private authority for tests"',
    );
    expect(suggestion).toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe('around the proxy', () => {
  /** An address of this machine that does not look like one. */
  const plain = () => `http://0.0.0.0:${server.url.port}/`;
  const named = (more: Record<string, string>) => ({ env: { JUPYTER_SERVER_URL: plain(), ...more } });

  test('a host that NO_PROXY names is reached directly', async () => {
    const way = await proxy({ target: Number(server.url.port) });
    const HTTP_PROXY = `http://127.0.0.1:${way.port}`;
    const around = await cli.call(['run', '-k', '6 * 7'], named({ HTTP_PROXY, NO_PROXY: 'example.org,0.0.0.0' }));
    expect([around.stdout, way.tunnels]).toEqual(['42\n', []]);
    const through = await cli.call(['run', '-k', '6 * 7'], named({ HTTP_PROXY, NO_PROXY: 'example.org' }));
    expect([through.stdout, new Set(way.tunnels)]).toEqual(['42\n', new Set([`0.0.0.0:${server.url.port}`])]);
  });

  test('a name that only the proxy knows is then not found', async () => {
    const way = await proxy();
    const env = inside({ HTTPS_PROXY: `http://127.0.0.1:${way.port}`, no_proxy: '.test' });
    const { error } = await cli.json(['run', '-k', '1', '--json'], env);
    expect(error).toMatchObject({ code: 1101, message: expect.stringContaining('jupyter.test') });
    expect(way.tunnels).toEqual([]);
  });
});
