import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';

let cli: Cli;
let server: TestServer;

beforeAll(async () => {
  [cli, server] = await Promise.all([makeCli(), startJupyter({ prefix: '/with/a/prefix/' })]);
}, 180_000);
afterAll(async () => {
  await cli?.close();
  await server?.stop();
}, 60_000);

const onServer = () => ({
  env: { LECODER_RUNTIME: 'jupyter', JUPYTER_SERVER_URL: server.url.href, JUPYTER_TOKEN: server.token },
});

describe('before anything runs', () => {
  test('there is nothing, and that is no error', async () => {
    expect(await cli.json(['sessions', 'list', '--json'])).toMatchObject({
      success: true,
      sessions: [],
      tier: null,
      limit: null,
      used: 0,
    });
    expect(await cli.json(['status', '--json'])).toMatchObject({
      authenticated: false,
      connected: false,
      runtime: null,
      session: null,
      runtimes: [],
    });
    expect((await cli.call(['disconnect'])).code).toBe(0);
    expect((await cli.call(['kernel', 'status'])).code).toBe(2);
  });

  test('the default runtime needs an account, and the hint says what does not', async () => {
    const { code, stderr } = await cli.call(['run', 'nvidia-smi'], { env: { LECODER_RUNTIME: '' } });
    expect(code).toBe(3);
    expect(stderr).toContain('--runtime local');
    expect(stderr).toContain('lecoder-cgpu auth login');
  });
});

describe('connect and what follows', () => {
  test('off a terminal connect records the session and returns', async () => {
    const { data } = await cli.json(['connect', '--json', '--name', 'training', '--gpu', 'T4']);
    expect(data).toMatchObject({
      session: { name: 'training' },
      runtime: { label: 'local' },
      fresh: true,
      shell: false,
    });
  });

  test('status shows it, with memory and disk', async () => {
    const status = await cli.json(['status', '--json']);
    expect(status).toMatchObject({
      connected: true,
      session: { name: 'training' },
      runtimes: [
        {
          connected: true,
          memory: { totalBytes: expect.any(Number) },
          kernel: { state: expect.stringMatching(/^(idle|starting)$/) },
        },
      ],
      sessions: { total: 1, connected: 1 },
    });
    expect(status.runtime.memoryTotal).toMatch(/^\d+(\.\d)?GB$/);
    expect(Object.hasOwn(status.runtimes[0], 'gpu')).toBe(true);
  });

  test('a second session on another server, and switching between them by prefix', async () => {
    expect((await cli.call(['run', '-k', 'where = "jupyter"'], onServer())).code).toBe(0);
    expect((await cli.call(['run', '-k', 'where = "local"'])).code).toBe(0);
    expect((await cli.call(['run', '-s', 'jupyter', '-k', 'where'], { env: { LECODER_RUNTIME: '' } })).stdout).toBe(
      "'jupyter'\n",
    );
    expect((await cli.call(['-s', 'train', 'run', '-k', 'where'])).stdout).toBe("'local'\n");
    expect((await cli.call(['sessions', 'switch', 'jup'])).code).toBe(0);
    expect((await cli.call(['run', '-k', 'where'], { env: { LECODER_RUNTIME: '' } })).stdout).toBe("'jupyter'\n");
    const { sessions } = await cli.json(['sessions', 'list', '--json']);
    expect(
      sessions.map((row: { name: string; active: boolean; status: string }) => [row.name, row.active, row.status]),
    ).toEqual([
      ['training', false, 'connected'],
      ['jupyter', true, 'connected'],
    ]);
    expect(await cli.json(['sessions', 'list', '--stats', '--json'])).toMatchObject({
      totalSessions: 2,
      connectedSessions: 2,
    });
  });

  test('an unknown session is named with those there are', async () => {
    const { code, stdout } = await cli.call(['run', '--json', '-s', 'nope', 'x']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 1403, category: 'usage' });
  });

  test('kernel status, interrupt and restart', async () => {
    const inTraining = ['-s', 'training'];
    expect((await cli.json(['kernel', 'status', '--json', ...inTraining])).data).toMatchObject({
      session: 'training',
      state: 'idle',
    });
    const long = cli.call(['run', '-k', ...inTraining, 'print("on", flush=True)\nimport time; time.sleep(60)'], {
      watch: ({ stdout }) => stdout === 'on\n' && void cli.call(['kernel', 'interrupt', ...inTraining]),
    });
    expect((await long).code).toBe(130);
    expect((await cli.call(['run', '-k', ...inTraining, 'where'])).stdout).toBe("'local'\n");
    expect((await cli.call(['kernel', 'restart', ...inTraining])).code).toBe(0);
    expect((await cli.json(['run', '-k', '--json', ...inTraining, 'where'])).error.name).toBe('NameError');
  });

  test('no secret is stored in the clear or printed', async () => {
    const { stdout } = await cli.call(['sessions', 'list', '--json']);
    const files = await Promise.all(
      ['tokens.json', 'state/sessions.json'].map(name => readFile(join(cli.config, name), 'utf8')),
    );
    for (const text of [stdout, ...files]) expect(text).not.toContain(server.token);
  });

  test('closing frees what is ours and forgets the rest', async () => {
    expect((await cli.call(['sessions', 'close', 'jupyter'])).code).toBe(0);
    expect(
      await fetch(new URL('api/kernels', server.url), { headers: server.doorway.headers }).then(answer =>
        answer.json(),
      ),
    ).toEqual([]);
    const { data } = await cli.json(['disconnect', '--json']);
    expect(data.closed).toMatchObject([{ name: 'training', runtimeReleased: true }]);
    expect((await cli.json(['sessions', 'list', '--json'])).sessions).toEqual([]);
  });
});

describe('what breaks', () => {
  test('a local runtime that was killed is started again, and that is said', async () => {
    await cli.call(['run', '-k', 'x = 1']);
    const record = JSON.parse(await readFile(join(cli.config, 'state', 'local', 'runtime.json'), 'utf8'));
    process.kill(record.pid, 'SIGKILL');
    const { code, stdout, stderr } = await cli.call(['run', '-k', '6 * 7']);
    expect([code, stdout]).toEqual([0, '42\n']);
    expect(stderr).toContain('variables of earlier runs are gone');
    await cli.call(['disconnect']);
  });

  test('a server that is away keeps its session; clean forgets only what is certainly gone', async () => {
    const far = {
      env: { LECODER_RUNTIME: 'jupyter', JUPYTER_SERVER_URL: server.url.href, JUPYTER_TOKEN: server.token },
    };
    await cli.call(['connect', '--name', 'far', '--no-shell'], far);
    const book = join(cli.config, 'state', 'sessions.json');
    await writeFile(book, (await readFile(book, 'utf8')).replaceAll(`:${server.url.port}/`, ':9/'));
    expect((await cli.json(['sessions', 'list', '--json'])).sessions).toMatchObject([
      { name: 'far', status: 'unknown' },
    ]);
    expect((await cli.json(['sessions', 'clean', '--json'])).data).toMatchObject({
      removed: [],
      unknown: [{ name: 'far' }],
    });
    const closed = await cli.call(['sessions', 'close', 'far', '--json']);
    expect([closed.code, JSON.parse(closed.stdout).error.code]).toEqual([4, 1101]);
    expect((await cli.call(['sessions', 'close', 'far', '--force'])).code).toBe(0);
  });

  test('a wrong token is named before anything is recorded', async () => {
    const { code, stdout } = await cli.call(['connect', '--json'], {
      env: { ...onServer().env, JUPYTER_TOKEN: 'wrong' },
    });
    expect(code).toBe(3);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 1003, category: 'auth' });
    expect((await cli.json(['sessions', 'list', '--json'])).sessions).toEqual([]);
  });

  test('a damaged state file is moved aside and said, not overwritten', async () => {
    await writeFile(join(cli.config, 'state', 'sessions.json'), '{ broken');
    const { code, stderr, stdout } = await cli.call(['run', '-k', '"fine"']);
    expect([code, stdout]).toEqual([0, "'fine'\n"]);
    expect(stderr).toMatch(/warning: .*sessions\.json/);
  });
});
