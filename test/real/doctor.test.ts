import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Check, CheckId } from '../../src/core/doctor.ts';
import { type CallOptions, type Cli, makeCli } from '../support/cli.ts';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { startProxy } from '../support/connect-proxy.ts';
import { freePort, startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type Front, PRIVATE_AUTHORITY, startTlsFront } from '../support/private-authority.ts';
import { startStrippingFront } from '../support/stripping-front.ts';
import { INSPECTION, startInspection } from '../support/tls-inspection.ts';

const NO_STORE = { SSL_CERT_FILE: '', SSL_CERT_DIR: '' };

let server: TestServer;
let front: Front;
let cli: Cli;
let authority: string;
/** Accepts connections and never says anything; what came of it is waited for while others work. */
const mute = createServer(() => {});
let silence: ReturnType<typeof examine>;

beforeAll(async () => {
  server = await startJupyter({ args: ['--ServerApp.allow_remote_access=true'] });
  front = await startTlsFront(Number(server.url.port));
  cli = await makeCli({ LECODER_RUNTIME: 'jupyter', JUPYTER_TOKEN: server.token, LANG: 'C.UTF-8', ...NO_STORE });
  authority = join(cli.home, 'company.pem');
  await writeFile(authority, PRIVATE_AUTHORITY.authority);
  await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as AddressInfo;
  silence = examine([], { JUPYTER_SERVER_URL: `http://127.0.0.1:${port}/` });
  silence.catch(() => {}); // whoever waits for it hears of it
});

afterAll(async () => {
  mute.close();
  await cli?.close();
  await front?.close();
  await server?.stop();
});

/** The object, its checks by name, and how it ended. */
async function examine(args: readonly string[], env: Record<string, string>, who: Cli = cli) {
  const options: CallOptions = { env };
  const ended = await who.call(['doctor', '--json', ...args], options);
  const object = JSON.parse(ended.stdout);
  const checks = new Map((object.data.checks as Check[]).map(check => [check.id, check]));
  const find = (id: CheckId): Check => {
    const found = checks.get(id);
    if (found === undefined) throw new Error(`there is no check ${id}`);
    return found;
  };
  const statuses = () => Object.fromEntries([...checks.values()].map(({ id, status }) => [id, status]));
  return { code: ended.code, object, find, statuses, text: ended.stdout + ended.stderr };
}

describe('a Jupyter server', () => {
  test('that is well, behind a proxy with a password and a private authority', async () => {
    const proxy = await startProxy({ wants: 'me:hunter22', target: front.port });
    onTestFinished(() => proxy.close());
    const { code, statuses, find, object, text } = await examine([], {
      JUPYTER_SERVER_URL: 'https://jupyter.test/',
      HTTPS_PROXY: `http://me:hunter22@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: authority,
    });
    expect(statuses()).toMatchObject({
      settings: 'ok',
      dns: 'skipped',
      proxy: 'ok',
      tls: 'ok',
      authorities: 'ok',
      clock: 'ok',
      google: 'skipped',
      login: 'skipped',
      runtime: 'ok',
      jupyter: 'ok',
      websocket: 'ok',
    });
    expect([code, object.success, object.data.summary.failed]).toEqual([0, true, 0]);
    expect(find('proxy').facts).toMatchObject({
      hosts: [{ host: 'jupyter.test', proxy: `127.0.0.1:${proxy.port}`, variable: 'HTTPS_PROXY', credentials: true }],
    });
    expect(find('tls').message).toContain('signed by "A private authority for tests"');
    expect(find('jupyter').facts).toMatchObject({ version: expect.any(String), kernels: ['python3'], contents: 200 });
    expect(find('websocket').facts).toMatchObject({ status: 101 });
    expect(text).not.toContain('hunter22');
    expect(text).not.toContain(server.token);
  });

  test('behind a proxy that wants a password: what rests on it is skipped', async () => {
    const proxy = await startProxy({ wants: 'me:hunter22', target: front.port });
    onTestFinished(() => proxy.close());
    const env = { JUPYTER_SERVER_URL: 'https://jupyter.test/', HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    const { code, object, statuses } = await examine([], env);
    expect(statuses()).toMatchObject({ proxy: 'failed', tls: 'skipped', runtime: 'skipped', websocket: 'skipped' });
    expect([code, object.success, object.error.code]).toEqual([4, false, 1101]);
    expect(object.error.message).toContain('wants a user and a password (HTTP 407)');
  });

  test('behind somebody who opens TLS: who it is, and how to trust them', async () => {
    const proxy = await startProxy({ target: front.port });
    onTestFinished(() => proxy.close());
    const env = { JUPYTER_SERVER_URL: 'https://jupyter.test/', HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    const { code, find } = await examine([], { ...env, NODE_EXTRA_CA_CERTS: '' });
    const { status, message, fixes, facts } = find('tls');
    expect([code, status]).toEqual([4, 'failed']);
    expect(message).toContain('it is signed by "A private authority for tests"');
    expect(fixes.join('\n')).toMatch(/NODE_EXTRA_CA_CERTS[\s\S]*"A private authority for tests"[\s\S]*SSL_CERT_FILE/);
    expect(facts).toMatchObject({ hosts: [{ trusted: false, certificate: { subject: 'jupyter.test' } }] });
  });

  test('behind a proxy that takes `Upgrade` away', async () => {
    const stripping = await startStrippingFront(Number(server.url.port));
    onTestFinished(() => stripping.close());
    const { code, find, object } = await examine([], { JUPYTER_SERVER_URL: `http://127.0.0.1:${stripping.port}/` });
    expect(find('jupyter').status).toBe('ok');
    expect(find('websocket')).toMatchObject({ status: 'failed', error: { code: 1103 } });
    expect(find('websocket').message).toContain(`127.0.0.1:${stripping.port} takes the \`Upgrade\` header away`);
    expect(find('websocket').fixes[0]).toContain('proxy_set_header Upgrade');
    expect([code, object.error.code]).toEqual([4, 1103]);
  });

  test('that does not take the token', async () => {
    const env = { JUPYTER_SERVER_URL: server.url.href, JUPYTER_TOKEN: 'some-other-token' };
    const { code, object, find } = await examine([], env);
    expect([code, object.error.code]).toEqual([3, 1003]);
    expect(find('jupyter').fixes[0]).toContain('JUPYTER_TOKEN');
  });

  test('and an impatient user: Ctrl-C ends it at once', async () => {
    let interrupt: (name: NodeJS.Signals) => void = () => {};
    const slow = createServer(connection => connection.once('data', () => interrupt('SIGINT')));
    await new Promise<void>(resolve => slow.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void slow.close());
    const { code, stdout } = await cli.call(['doctor', '--json'], {
      env: { JUPYTER_SERVER_URL: `http://127.0.0.1:${(slow.address() as AddressInfo).port}/` },
      onStart: signal => {
        interrupt = signal;
      },
    });
    expect([code, JSON.parse(stdout).status]).toEqual([130, 'abort']);
  });

  test('that is not there', async () => {
    const port = await freePort();
    const { code, find } = await examine([], { JUPYTER_SERVER_URL: `http://127.0.0.1:${port}/` });
    expect(find('tls')).toMatchObject({
      status: 'failed',
      message: `nothing listens at 127.0.0.1:${port}: the connection was refused`,
    });
    expect(code).toBe(4);
  });

  test('that accepts and never says anything: five seconds, not for ever', async () => {
    const { code, find } = await silence;
    expect(find('tls').status).toBe('ok');
    expect(find('jupyter')).toMatchObject({ status: 'failed', message: 'no result within 5 s', error: { code: 1101 } });
    expect(find('jupyter').duration).toBeLessThan(15_000);
    expect(code).toBe(4);
  });
});

describe('this machine', () => {
  const files = async (name: string, modes: boolean): Promise<string> => {
    const folder = join(cli.home, name);
    await mkdir(join(folder, 'state'), { recursive: true, mode: 0o700 });
    await writeFile(join(folder, 'config.json'), '{}', { mode: 0o600 });
    await writeFile(join(folder, 'state', 'sessions.json'), '{ broken', { mode: 0o600 });
    if (modes) await chmod(folder, 0o755);
    return folder;
  };

  test('with no login and no network: everything says so', async () => {
    const { code, find, statuses } = await examine(['--runtime', 'colab'], { JUPYTER_SERVER_URL: '' });
    expect(statuses()).toMatchObject({
      program: 'ok',
      folder: 'ok',
      files: 'ok',
      login: 'failed',
      scopes: 'skipped',
      runtime: 'skipped',
      jupyter: 'skipped',
      websocket: 'skipped',
    });
    expect(find('login')).toMatchObject({ error: { code: 1001 }, message: 'no Google account on this machine' });
    expect(find('dns').facts).toMatchObject({ hosts: { length: 6 } });
    expect([3, 4]).toContain(code);
  });

  test('with a session by a name that nobody has', async () => {
    const { code, find } = await examine(['--runtime', 'local', '-s', 'nobody'], {});
    expect(find('runtime')).toMatchObject({ status: 'failed', message: 'there is no session `nobody`' });
    expect(code).toBe(2);
  });

  test('with `--offline` nothing goes out', async () => {
    const { code, find, object } = await examine(['--offline', '--runtime', 'colab'], {});
    expect(object.data.offline).toBe(true);
    for (const id of ['dns', 'proxy', 'tls', 'google', 'login', 'websocket'] as const)
      expect(find(id)).toMatchObject({ status: 'skipped', message: '`--offline`' });
    expect(code).toBe(0);
  });

  test('with a broken state file, which is not touched, and a folder that is open to all', async () => {
    const folder = await files('open', true);
    const { code, find } = await examine(['--offline'], { LECODER_CONFIG_DIR: folder });
    expect(find('folder')).toMatchObject({ status: 'warning', fixes: [`\`chmod 700 '${folder}'\``] });
    expect(find('files')).toMatchObject({ status: 'warning' });
    expect(find('files').message).toContain('sessions.json` cannot be used: it is not valid JSON');
    expect(code).toBe(0);
  });

  test('with settings that nobody can read: it still runs', async () => {
    const folder = await files('bad-settings', false);
    await writeFile(join(folder, 'config.json'), '{ "defaultTimeout": ');
    const { code, find, object } = await examine(['--offline'], { LECODER_CONFIG_DIR: folder });
    expect(find('settings')).toMatchObject({ status: 'failed', error: { code: 1403 } });
    expect([code, object.errorCode]).toEqual([2, 1999]);
  });

  test('with certificates that are not there', async () => {
    const { find } = await examine(['--offline'], { SSL_CERT_FILE: '/nonexistent.pem' });
    expect(find('authorities').message).toBe('`SSL_CERT_FILE` names `/nonexistent.pem`, which cannot be read');
  });

  test('for people: a line each, the fix below, the sum at the end', async () => {
    const { stdout, code } = await cli.call(['doctor', '--offline'], { env: { SSL_CERT_FILE: '/nonexistent.pem' } });
    expect(stdout).toMatch(/^ok {7}program/);
    expect(stdout).toMatch(/\nwarning {2}authorities .*\n +fix: point `SSL_CERT_FILE` at a PEM file\n/);
    expect(stdout).toMatch(/\n\n1 warning, 10 skipped\n$/);
    expect(code).toBe(0);
  });
});

describe('Google behind a company that opens TLS, with a clock two hours behind', () => {
  const look = async (trusted: boolean) => {
    const inspection = await startInspection(7_200_000);
    const proxy = await startProxy({ target: inspection.port });
    onTestFinished(async () => {
      await proxy.close();
      await inspection.close();
    });
    const file = join(cli.home, 'acme.pem');
    await writeFile(file, INSPECTION.cert);
    const env = {
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      ...(trusted ? { NODE_EXTRA_CA_CERTS: file } : {}),
      LECODER_CLIENT_ID: 'client',
      LECODER_CLIENT_SECRET: 'secret',
    };
    return examine(['--runtime', 'colab'], env);
  };

  test('which is trusted: a warning that names it, and the clock', async () => {
    const { find, statuses } = await look(true);
    expect(statuses()).toMatchObject({ dns: 'skipped', proxy: 'ok', tls: 'warning', google: 'ok', clock: 'warning' });
    expect(find('tls').message).toBe(
      'the connection to accounts.google.com is opened on the way by "Acme Corp", which this machine trusts',
    );
    expect(find('clock').message).toMatch(/^the clock of this machine is 7(199|200|201) s ahead/);
    expect(find('tls').facts).toMatchObject({ hosts: { length: 6 } });
  });

  test('which is not trusted: a failure that names it, and how to trust it', async () => {
    const { code, find, statuses } = await look(false);
    expect(statuses()).toMatchObject({ proxy: 'ok', tls: 'failed', google: 'skipped', clock: 'skipped' });
    expect(find('tls').message).toContain('the certificate of accounts.google.com is not trusted');
    expect(find('tls').fixes.join('\n')).toMatch(/NODE_EXTRA_CA_CERTS[\s\S]*"Acme Corp"/);
    expect(code).toBe(4);
  });
});

describe('Colab, at an emulator', () => {
  let colab: ColabCli;

  beforeAll(async () => {
    colab = await colabCli({}, { LANG: 'C.UTF-8', ...NO_STORE });
  });
  afterAll(() => colab?.close());

  test('all hops, with a machine', async () => {
    await colab.json(['run', '-k', '6 * 7', '--json']);
    const before = await colab.machines();
    const { code, statuses, find } = await examine([], {}, colab);
    expect(statuses()).toMatchObject({
      tls: 'ok',
      google: 'ok',
      clock: 'ok',
      login: 'ok',
      scopes: 'ok',
      runtime: 'ok',
      jupyter: 'ok',
      websocket: 'ok',
    });
    expect(find('login').facts).toMatchObject({ account: 'ada@example.com', source: 'session' });
    expect(code).toBe(0);
    expect(await colab.machines()).toEqual(before);
  });

  test('a login that has ended', async () => {
    const { code, object, find } = await examine([], { LECODER_REFRESH_TOKEN: 'not-a-token-of-anybody' }, colab);
    expect(find('login').status).toBe('failed');
    expect(find('runtime').status).toBe('skipped');
    expect([code, object.error.exit]).toEqual([3, 3]);
  });

  test('an emulator that is not there', async () => {
    const gone = `http://127.0.0.1:${await freePort()}`;
    const { code, statuses } = await examine([], { LECODER_EMULATOR: gone }, colab);
    expect(statuses()).toMatchObject({ tls: 'failed', google: 'skipped', login: 'skipped', runtime: 'skipped' });
    expect(code).toBe(4);
  });
});

test('the report holds no secret, and is for its owner alone', async () => {
  const folder = join(cli.home, 'reporting');
  const logs = join(folder, 'state', 'logs');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  const secrets = {
    LECODER_REFRESH_TOKEN: '1//0planted-refresh',
    LECODER_CLIENT_SECRET: 'GOCSPX-planted-client',
    JUPYTER_TOKEN: server.token,
    MY_API_KEY: 'sk-planted-key-value',
    HTTPS_PROXY: 'http://planted-user:planted%20password@127.0.0.1:1',
  };
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({
      clientId: 'id',
      clientSecret: 'planted-config-secret',
      defaultGpu: 'A100',
      mine: 'planted-unknown',
    }),
    { mode: 0o600 },
  );
  const line = {
    timestamp: new Date().toISOString(),
    level: 'info',
    category: 'api',
    pid: 1,
    message: `asked with 1//0planted-refresh and sk-planted-key-value by somebody-planted@company.example at ${cli.home}/x`,
    data: { header: 'Bearer planted-bearer', token: 'planted-token' },
  };
  await writeFile(join(logs, 'lecoder-cgpu-2026-01-01.jsonl'), `${JSON.stringify(line)}\n`, { mode: 0o600 });
  const place = join(cli.home, 'place');
  await mkdir(place);
  const env = {
    ...secrets,
    LECODER_CONFIG_DIR: folder,
    JUPYTER_SERVER_URL: `${server.url.href}?token=${server.token}`,
  };

  const said = await cli.call(['doctor', '--bundle'], { env, cwd: place });
  const [name, ...others] = await readdir(place);
  expect(name).toMatch(/^lecoder-cgpu-doctor-\d{8}T\d{6}Z\.json$/);
  expect(others).toEqual([]);
  expect(said.stdout).toContain(`report: ${join(place, name ?? '')}`);

  const named = await cli.json(['doctor', '--json', '--bundle', 'again.json'], { env, cwd: place });
  expect(named.data.bundle).toBe(join(place, 'again.json'));
  expect((await stat(named.data.bundle)).mode & 0o777).toBe(0o600);
  const text = await readFile(named.data.bundle, 'utf8');
  for (const secret of ['planted', 'hunter', server.token, 'GOCSPX']) expect(text).not.toContain(secret);
  expect(text).not.toContain(cli.home);
  const report = JSON.parse(text);
  expect(report.checks).toHaveLength(17);
  expect(report.environmentNames).toEqual(expect.arrayContaining(['MY_API_KEY', 'LECODER_REFRESH_TOKEN']));
  expect(report.log[0]).toMatchObject({ category: 'api', message: expect.stringContaining('~/x') });
  expect(report.settings).toMatchObject({ defaultGpu: { value: 'A100' }, unknown: ['mine'] });
});

test('a report that cannot be written is an error, and says where', async () => {
  const { code, stdout } = await cli.call(['doctor', '--offline', '--json', '--bundle', 'no/such/folder.json']);
  expect([code, JSON.parse(stdout).error.code]).toEqual([1, 1301]);
});
