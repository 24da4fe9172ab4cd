import { mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ask } from '../../src/http/request.ts';
import { readRecord } from '../../src/local/record.ts';
import { ANY, evaluate, type LocalPlace, localPlace, startKernel } from '../support/local-runtime.ts';
import { collected } from '../support/provider-events.ts';
import { until } from '../support/until.ts';

const signal = new AbortController().signal;
const places: LocalPlace[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.clear();
});

async function placed(env: Record<string, string | undefined> = {}): Promise<LocalPlace> {
  const place = await localPlace(env);
  places.push(place);
  return place;
}

test("user code sees the user's environment, and none of our secrets", async () => {
  const secrets = {
    LECODER_REFRESH_TOKEN: 'secret-one',
    LECODER_CLIENT_SECRET: 'secret-two',
    GOOGLE_CLIENT_SECRET: 'secret-three',
  };
  const place = await placed({
    ...secrets,
    JUPYTER_TOKEN: 'secret-four',
    MY_OWN: 'kept',
    JUPYTER_PATH: join('a', 'path'),
  });
  const { runtime } = await place.provider().acquire(ANY, collected().report, signal);
  const doorway = await place.provider().open(runtime.id, signal);
  const kernel = await startKernel(place.host, doorway);
  const env = (await evaluate(place.host, doorway, kernel, 'dict(__import__("os").environ)')) as Record<string, string>;
  expect(env).toMatchObject({ MY_OWN: 'kept', JUPYTER_PATH: join('a', 'path') });
  expect(Object.keys(env)).not.toContain('JUPYTER_NO_CONFIG');
  expect(Object.keys(env)).not.toContain('JUPYTER_RUNTIME_DIR');
  const token = readRecord(place.files)?.token ?? 'none';
  expect(JSON.stringify(env)).not.toContain(token);
  expect(JSON.stringify(env)).not.toContain('secret-');
  const argv = await evaluate(place.host, doorway, kernel, '__import__("sys").argv + __import__("sys").orig_argv');
  expect(JSON.stringify(argv)).not.toContain(token);
});

test('cells start in the home folder, and nothing there can stand in for a module of the server', async () => {
  const place = await placed();
  const { home } = place.host.folders;
  await writeFile(join(home, 'tornado.py'), 'raise SystemExit("the wrong tornado")\n');
  await writeFile(join(home, 'ipykernel_launcher.py'), 'raise SystemExit("the wrong launcher")\n');
  await writeFile(join(home, 'mine.py'), 'answer = 42\n');
  const { runtime } = await place.provider().acquire(ANY, collected().report, signal);
  const doorway = await place.provider().open(runtime.id, signal);
  const kernel = await startKernel(place.host, doorway);
  expect(await evaluate(place.host, doorway, kernel, '[__import__("os").getcwd(), __import__("mine").answer]')).toEqual(
    [await realpath(home), 42],
  );
});

test('a broken Jupyter configuration of the user changes nothing', async () => {
  const place = await placed();
  const config = join(place.folder, 'jupyter-config');
  const kernels = join(place.folder, 'jupyter-data', 'kernels', 'python3');
  await mkdir(config, { recursive: true });
  await mkdir(kernels, { recursive: true });
  await writeFile(
    join(config, 'jupyter_server_config.py'),
    'c.ServerApp.ip = "0.0.0.0"\nc.ServerApp.base_url = "/elsewhere"\nraise RuntimeError\n',
  );
  await writeFile(join(config, 'jupyter_server_config.json'), '{"ServerApp": {"certfile": "/nowhere.pem"');
  await writeFile(
    join(kernels, 'kernel.json'),
    JSON.stringify({ argv: ['/nowhere/python'], display_name: 'x', language: 'python' }),
  );
  const broken = await localPlace({
    JUPYTER_CONFIG_DIR: config,
    JUPYTER_DATA_DIR: dirname(dirname(kernels)),
    JUPYTER_PORT: '1',
    JUPYTER_GATEWAY_URL: 'http://127.0.0.1:1',
  });
  places.push(broken);
  const { runtime } = await broken.provider().acquire(ANY, collected().report, signal);
  const doorway = await broken.provider().open(runtime.id, signal);
  expect(doorway.http.pathname).toBe('/');
  const kernel = await startKernel(broken.host, doorway);
  expect(await evaluate(broken.host, doorway, kernel, '1 + 1')).toBe(2);
});

test("everything that holds the token is the owner's alone, and goes when the server stops", async () => {
  const place = await placed();
  const { runtime } = await place.provider().acquire(ANY, collected().report, signal);
  const token = readRecord(place.files)?.token ?? '';
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  const holding: string[] = [];
  for (const entry of await readdir(place.folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !(await readFile(path, 'utf8')).includes(token)) continue;
    holding.push(path);
    const open = await Promise.all([stat(path), stat(dirname(path))].map(async found => (await found).mode & 0o077));
    // A file others could read is harmless in a folder they cannot enter; Windows has no such bits.
    if (process.platform !== 'win32') expect([path, Math.min(...open)]).toEqual([path, 0]);
  }
  expect(holding.length).toBeGreaterThan(1);
  expect(await readFile(place.files.log, 'utf8')).not.toContain(token);
  await place.provider().release(runtime.id, signal);
  expect(await readdir(place.files.folder)).toEqual(['server.log']);
});

test('stopping ends kernels too, busy ones included', async () => {
  const place = await placed();
  const { runtime } = await place.provider().acquire(ANY, collected().report, signal);
  const doorway = await place.provider().open(runtime.id, signal);
  const kernel = await startKernel(place.host, doorway);
  const pid = Number(await evaluate(place.host, doorway, kernel, '__import__("os").getpid()'));
  const busy = evaluate(place.host, doorway, kernel, '__import__("time").sleep(600)').catch(() => 'ended');
  await until(async () => {
    const answer = await ask(place.host, doorway, { method: 'GET', path: `api/kernels/${kernel}`, signal });
    return (answer.json() as { execution_state: string }).execution_state === 'busy';
  });
  expect(place.host.processes.isAlive(pid)).toBe(true);
  await place.provider().release(runtime.id, signal);
  await until(() => !place.host.processes.isAlive(pid));
  void busy;
});

test('a server that is stuck is ended all the same', async () => {
  const place = await placed();
  const { runtime } = await place.provider().acquire(ANY, collected().report, signal);
  const pid = readRecord(place.files)?.pid ?? 0;
  if (process.platform === 'win32') return expect(place.host.processes.isAlive(pid)).toBe(true);
  place.host.processes.kill(pid, 'SIGSTOP');
  expect(await place.provider().probe(runtime.id, signal)).toBe('unknown');
  await place.provider().release(runtime.id, signal);
  expect(place.host.processes.isAlive(pid)).toBe(false);
});

test('the record of a server that died without notice is not believed', async () => {
  const place = await placed();
  const first = await place.provider().acquire(ANY, collected().report, signal);
  const record = readRecord(place.files);
  if (!record) throw new Error('no record');
  place.host.processes.kill(record.pid, 'SIGKILL', { group: true });
  await until(() => !place.host.processes.isAlive(record.pid));
  const second = await place.provider().acquire(ANY, collected().report, signal);
  expect([second.fresh, second.runtime.id === first.runtime.id]).toEqual([true, false]);
  expect((await readdir(place.files.folder)).sort()).toEqual([second.runtime.id, 'runtime.json', 'server.log'].sort());
  await expect(place.provider().open(first.runtime.id, signal)).rejects.toMatchObject({
    kind: 'runtimeTerminated',
  });
});

test('a server whose start was cut off is ended before another is started', async () => {
  const place = await placed();
  const first = await place.provider().acquire(ANY, collected().report, signal);
  const record = readRecord(place.files);
  if (!record) throw new Error('no record');
  await rm(place.files.record);
  const second = await place.provider().acquire(ANY, collected().report, signal);
  expect([second.fresh, second.runtime.id === first.runtime.id]).toEqual([true, false]);
  await until(() => !place.host.processes.isAlive(record.pid));
  expect((await readdir(place.files.folder)).sort()).toEqual([second.runtime.id, 'runtime.json', 'server.log'].sort());
});

test('a stranger that was given the number of our process is left alone', async () => {
  const place = await placed();
  const { runtime } = await place.provider().acquire(ANY, collected().report, signal);
  const record = readRecord(place.files);
  if (!record) throw new Error('no record');
  await place.provider().release(runtime.id, signal);
  // This very process stands for the stranger: ending it would end the test.
  await writeFile(place.files.record, JSON.stringify({ ...record, pid: process.pid }));
  expect(await place.provider().probe(record.id, signal)).toBe('gone');
  await place.provider().release(record.id, signal);
  expect(readRecord(place.files)).toBeNull();
});

test('a Python that does not do is named, and so is what would help', async () => {
  const place = await placed();
  const nowhere = place.provider({ python: join(place.folder, 'no-python') }).acquire(ANY, collected().report, signal);
  await expect(nowhere).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('no-python'),
  });
});

test('a server that cannot start says why', async () => {
  const place = await placed();
  await writeFile(
    join(place.host.folders.home, 'sitecustomize.py'),
    'import sys\nif any("jupyter_server.serverapp" in a for a in sys.orig_argv): raise SystemExit("no server today")\n',
  );
  const broken = await localPlace({ PYTHONPATH: place.host.folders.home });
  places.push(broken);
  const { events, report } = collected();
  const failed = broken.provider().acquire(ANY, report, signal);
  await expect(failed).rejects.toMatchObject({
    kind: 'runtimeUnavailable',
    facts: { details: expect.stringContaining('no server today') },
  });
  expect(await readdir(broken.files.folder)).toEqual(['server.log']);
  expect(events).toHaveLength(1);
});
