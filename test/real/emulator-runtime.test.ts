import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';
import { type Assigned, askProxy, BackendClient, KernelClient, stripped } from '../support/emulator-client.ts';
import { until } from '../support/until.ts';

const V1 = 'v1.kernel.websocket.jupyter.org';

let emulator: TestEmulator;
let client: BackendClient;
let machine: Assigned;
beforeAll(async () => {
  emulator = await startEmulator();
  client = await BackendClient.of(emulator);
  machine = await client.assign({ variant: 'GPU', accelerator: 'T4' });
});
afterAll(() => emulator.stop());

/** What an upgrade comes to: the protocol, or the status it was refused with. */
function upgrade(
  path: string,
  headers: Record<string, string>,
  protocols: string[] = [],
): Promise<{ status: number; protocol: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${machine.url.replace('http', 'ws')}${path}`, protocols, { headers });
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => resolve({ status: response.statusCode ?? 0, protocol: '' }));
    socket.once('open', () => {
      resolve({ status: 101, protocol: socket.protocol });
      socket.terminate();
    });
  });
}

async function newKernel(): Promise<string> {
  const made = await askProxy(machine, '/api/kernels', { method: 'POST', body: '{"name": "python3"}' });
  expect(made.status).toBe(201);
  return ((await made.json()) as { id: string }).id;
}

describe('the token', () => {
  test('by header or by query; without it everything is 404, as if the machine were gone', async () => {
    expect((await askProxy(machine, '/api/status')).status).toBe(200);
    expect((await fetch(`${machine.url}/api/status?colab-runtime-proxy-token=${machine.token}`)).status).toBe(200);
    expect((await fetch(`${machine.url}/api/status`)).status).toBe(404);
    expect(
      (await fetch(`${machine.url}/api/status`, { headers: { authorization: `Bearer ${machine.token}` } })).status,
    ).toBe(404);
    await emulator.control('settings', { expiredStatus: 401 });
    expect((await fetch(`${machine.url}/api/status`)).status).toBe(401);
    await emulator.control('settings', { expiredStatus: null });
    const bearer = { 'X-Colab-Runtime-Proxy-Token': await emulator.accessToken() };
    expect((await fetch(`${machine.url}/api/status`, { headers: bearer })).status).toBe(404);
  });

  test('the server behind does not learn it, and what it knows itself does not get out', async () => {
    const { client: kernel } = await KernelClient.start(machine);
    const { text } = await kernel.run('import os; print(dict(os.environ))');
    expect(text).not.toContain(machine.token);
    const log = await readFile(join(emulator.world.fleet.all()[0]?.vm.folders.log ?? ''), 'utf8');
    expect(log).not.toContain(machine.token);
    kernel.close();
  });

  test('expires into 404 for requests and sockets; a listing gives another, and the kernel is as it was', async () => {
    const { client: kernel, id } = await KernelClient.start(machine);
    await kernel.run('kept = 41');
    await emulator.control('clock', { advance: 3601, keepAlive: true });
    expect((await askProxy(machine, '/api/status')).status).toBe(404);
    const headers = { 'X-Colab-Runtime-Proxy-Token': machine.token };
    expect((await upgrade(`/api/kernels/${id}/channels`, headers)).status).toBe(404);
    expect((await kernel.run('print(kept)')).text).toBe('41\n');
    kernel.close();
    client = await BackendClient.of(emulator);
    const { assignments } = await stripped(await client.ask('/tun/m/assignments?authuser=0'));
    machine = { ...machine, token: assignments[0].runtimeProxyInfo.token };
    const again = await KernelClient.open(machine, id);
    expect((await again.run('print(kept + 1)')).text).toBe('42\n');
    again.close();
  });

  test('an open socket is cut at the end of its token where that is wanted', async () => {
    const { client: kernel, id } = await KernelClient.start(machine);
    await emulator.control('settings', { cutAtExpiry: true });
    const cut = until(async () => emulator.world.fleet.all()[0]?.sockets.size === 0);
    await emulator.control('expire', { kind: 'proxy' });
    await cut;
    await emulator.control('settings', { cutAtExpiry: false });
    kernel.close();
    machine = { ...machine, ...(await freshToken()) };
    expect((await askProxy(machine, `/api/kernels/${id}`)).status).toBe(200);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function freshToken(): Promise<{ token: string }> {
  const headers = { 'X-Colab-Tunnel': 'Google' };
  const path = `/tun/m/runtime-proxy-token?endpoint=${machine.endpoint}&port=8080&authuser=0`;
  return { token: (await stripped(await client.ask(path, { headers }))).token };
}

describe('kernels', () => {
  test('a new one stays `starting` until a socket connects, in every answer', async () => {
    const id = await newKernel();
    const states = async () => {
      const one = (await (await askProxy(machine, `/api/kernels/${id}`)).json()) as { execution_state: string };
      const all = (await (await askProxy(machine, '/api/kernels')).json()) as { id: string; execution_state: string }[];
      return [one.execution_state, all.find(kernel => kernel.id === id)?.execution_state];
    };
    // The real server counts the kernel as up by now, whatever the proxy says.
    await until(async () => (await readStatus()) >= 1);
    expect(await states()).toEqual(['starting', 'starting']);
    const kernel = await KernelClient.open(machine, id);
    await kernel.run('1');
    await until(async () => (await states()).every(state => state === 'idle'));
    kernel.close();
  });

  async function readStatus(): Promise<number> {
    return ((await (await askProxy(machine, '/api/status')).json()) as { kernels: number }).kernels;
  }

  test('so does one in a session', async () => {
    const body = JSON.stringify({ path: 'content/a.ipynb', name: 'a', type: 'notebook', kernel: { name: 'python3' } });
    const made = await askProxy(machine, '/api/sessions', { method: 'POST', body });
    expect(made.status).toBe(201);
    const session = (await made.json()) as { id: string; kernel: { id: string; execution_state: string } };
    expect(session.kernel.execution_state).toBe('starting');
    expect((await askProxy(machine, `/api/sessions/${session.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await askProxy(machine, `/api/kernels/${session.kernel.id}`)).status).toBe(404);
  });

  test('the binary subprotocol is taken when offered, or not at all, by setting', async () => {
    const path = `/api/kernels/${await newKernel()}/channels`;
    const headers = { 'X-Colab-Runtime-Proxy-Token': machine.token };
    expect(await upgrade(path, headers)).toEqual({ status: 101, protocol: '' });
    expect(await upgrade(path, headers, [V1])).toEqual({ status: 101, protocol: V1 });
    await emulator.control('settings', { subprotocol: false });
    await expect(upgrade(path, headers, [V1])).rejects.toThrow('no subprotocol');
    await emulator.control('settings', { subprotocol: true });
  });

  test('an upgrade for a kernel that is not there is refused', async () => {
    const headers = { 'X-Colab-Runtime-Proxy-Token': machine.token };
    expect((await upgrade('/api/kernels/11111111-1111-1111-1111-111111111111/channels', headers)).status).toBe(404);
  });

  test('cells start in the content folder, which the contents API shows below the root', async () => {
    const { client: kernel } = await KernelClient.start(machine);
    await kernel.run("open('made.txt', 'w').write('here')");
    const entry = await askProxy(machine, '/api/contents/content/made.txt?type=file&format=base64&content=1');
    expect(await entry.json()).toMatchObject({
      path: 'content/made.txt',
      content: expect.stringMatching(/^aGVyZQ==\s*$/),
    });
    kernel.close();
  });

  test('output streams while the cell runs, and an interrupt reaches it', async () => {
    const { client: kernel, id } = await KernelClient.start(machine);
    const running = kernel.start("import time\nprint('begun', flush=True)\ntime.sleep(600)");
    await kernel.until(message => message.content?.text?.includes('begun'));
    expect((await askProxy(machine, `/api/kernels/${id}/interrupt`, { method: 'POST' })).status).toBe(204);
    expect((await kernel.result(running)).error).toBe('KeyboardInterrupt');
    kernel.close();
  });

  test('one that is killed is started again by the server, and says so', async () => {
    const { client: kernel, id } = await KernelClient.start(machine);
    await kernel.run('x = 1');
    expect(await emulator.control('kill-kernel', { endpoint: machine.endpoint, kernel: id })).toEqual({ killed: [id] });
    await kernel.until(message => message.content?.execution_state === 'restarting');
    kernel.close();
  });
});

describe('contents', () => {
  test('chunks go up one after another and come down whole', async () => {
    const put = (chunk: number, text: string) =>
      askProxy(machine, '/api/contents/content/parts.bin', {
        method: 'PUT',
        body: JSON.stringify({ type: 'file', format: 'base64', chunk, content: Buffer.from(text).toString('base64') }),
      });
    for (const [chunk, text] of [
      [1, 'one '],
      [2, 'two '],
      [-1, 'three'],
    ] as const)
      expect((await put(chunk, text)).ok).toBe(true);
    expect(await (await askProxy(machine, '/files/content/parts.bin')).text()).toBe('one two three');
  });
});

describe('the graphics card', () => {
  let kernel: KernelClient;
  beforeAll(async () => {
    kernel = (await KernelClient.start(machine)).client;
  });
  afterAll(() => kernel.close());

  const smi = async (words: string) =>
    (
      await kernel.run(
        `import subprocess\nprint(subprocess.run(${JSON.stringify(`nvidia-smi ${words}`)}, shell=True, capture_output=True, text=True).stdout)`,
      )
    ).text;

  test('nvidia-smi answers in every form, and the resources agree', async () => {
    const fields = 'name,memory.total,memory.used,memory.free,utilization.gpu,utilization.memory,temperature.gpu';
    expect(await smi(`--query-gpu=${fields} --format=csv,noheader,nounits`)).toBe(
      'Tesla T4, 15360, 0, 15360, 0, 0, 44\n\n',
    );
    expect(await smi('--query-gpu=name,memory.total --format=csv')).toBe(
      'name, memory.total [MiB]\nTesla T4, 15360 MiB\n\n',
    );
    expect(await smi('-L')).toMatch(/^GPU 0: Tesla T4 \(UUID: GPU-[0-9a-f-]{36}\)\n/);
    const table = await smi('');
    expect(table).toMatch(/Tesla T4/);
    expect(
      new Set(
        table
          .trim()
          .split('\n')
          .slice(1)
          .filter(line => line !== '')
          .map(line => line.length),
      ).size,
    ).toBe(1);
    const answer = await askProxy(machine, '/api/colab/resources');
    const text = await answer.text();
    expect(text.startsWith(")]}'\n")).toBe(true);
    const { memory, disks, gpus } = JSON.parse(text.slice(5));
    expect(gpus).toEqual([{ name: 'Tesla T4', memoryTotalBytes: 15_360 * 1024 ** 2 }]);
    expect(memory).toMatchObject({ totalBytes: expect.any(Number), freeBytes: expect.any(Number) });
    expect(disks[0].filesystem.totalBytes).toBeGreaterThan(0);
  });

  test('a machine without one has neither', async () => {
    const cpu = await client.assign();
    const { gpus } = await stripped(await askProxy(cpu, '/api/colab/resources'));
    expect(gpus).toBeUndefined();
    const { client: plain } = await KernelClient.start(cpu);
    const { text } = await plain.run(
      `import os, shutil\nprint('lecoder-emulator' in (shutil.which('nvidia-smi') or ''))`,
    );
    expect(text).toBe('False\n');
    plain.close();
    await client.post(`/tun/m/unassign/${cpu.endpoint}?authuser=0`);
  });
});

describe('terminals', () => {
  interface Screen {
    readonly socket: WebSocket;
    text(): string;
  }

  async function tty(path: string, headers: Record<string, string> = {}, at = machine.url): Promise<Screen> {
    const socket = new WebSocket(`${at.replace('http', 'ws')}${path}`, { headers });
    let text = '';
    socket.on('message', data => {
      text += (JSON.parse(String(data)) as { data: string }).data;
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return { socket, text: () => text };
  }

  test('/colab/tty is one shell for all, of the size it is told, in the content folder', async () => {
    const header = { 'X-Colab-Runtime-Proxy-Token': machine.token };
    const first = await tty('/colab/tty', header);
    first.socket.send(JSON.stringify({ cols: 91, rows: 33 }));
    first.socket.send(JSON.stringify({ nobody: 'knows' }));
    first.socket.send('not even JSON');
    first.socket.send(JSON.stringify({ data: 'stty size; basename "$PWD"; mine=é\n' }));
    await until(async () => /33 91\r\ncontent\r\n/.test(first.text()));
    const second = await tty(`/colab/tty?colab-runtime-proxy-token=${machine.token}`);
    await until(async () => /33 91/.test(second.text()));
    second.socket.send(JSON.stringify({ data: 'echo "[$mine]"\n' }));
    await until(async () => first.text().includes('[é]') && second.text().includes('[é]'));
    const closed = new Promise(resolve => first.socket.once('close', resolve));
    first.socket.send(JSON.stringify({ data: 'exit\n' }));
    await closed;
    second.socket.terminate();
    expect((await upgrade('/colab/tty', {})).status).toBe(404);
  });

  test('the shell ends with its machine', async () => {
    const other = await client.assign();
    const screen = await tty(`/colab/tty?colab-runtime-proxy-token=${other.token}`, {}, other.url);
    screen.socket.send(JSON.stringify({ data: 'echo "pid=$$"\n' }));
    await until(async () => /pid=\d/.test(screen.text()));
    const pid = Number(/pid=(\d+)/.exec(screen.text())?.[1]);
    const closed = new Promise(resolve => screen.socket.once('close', resolve));
    await client.post(`/tun/m/unassign/${other.endpoint}?authuser=0`);
    await closed;
    await until(async () => !isAlive(pid));
  });

  test("Jupyter's own terminals work too", async () => {
    const made = await askProxy(machine, '/api/terminals', { method: 'POST', body: '{}' });
    expect(made.status).toBe(200);
    const { name } = (await made.json()) as { name: string };
    const headers = { 'X-Colab-Runtime-Proxy-Token': machine.token };
    const socket = new WebSocket(`${machine.url.replace('http', 'ws')}/terminals/websocket/${name}`, { headers });
    let text = '';
    socket.on('message', data => {
      const [kind, what] = JSON.parse(String(data)) as [string, string];
      if (kind === 'stdout') text += what;
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send(JSON.stringify(['stdin', 'echo $((6 * 7))_\r']));
    await until(async () => text.includes('42_'));
    socket.terminate();
    expect((await askProxy(machine, `/api/terminals/${name}`, { method: 'DELETE' })).status).toBe(204);
  });
});

describe('other ways', () => {
  test('the build and Drive notes have the prefix', async () => {
    expect(await stripped(await askProxy(machine, '/api/colab/build-info'))).toEqual({
      release_tag: 'release-colab-emulator',
    });
    expect(await stripped(await askProxy(machine, '/api/colab/drive'))).toEqual({ dfs: [''] });
  });

  test('the raw tunnel reaches the machine with the bearer', async () => {
    const headers = { 'X-Colab-Tunnel': 'Google' };
    const answer = await client.ask(`/tun/m/${machine.endpoint}/api/status?authuser=0`, { headers });
    expect(await answer.json()).toMatchObject({ kernels: expect.any(Number) });
    expect((await client.ask(`/tun/m/${machine.endpoint}/api/status`)).status).toBe(400);
  });

  test('a machine that boots says 502 and 503 for a while', async () => {
    await emulator.control('settings', { boot: 700, prestart: false });
    const slow = await client.assign();
    const from = Date.now();
    const seen = new Set<number>();
    await until(async () => {
      const { status } = await askProxy(slow, '/api/colab/build-info');
      seen.add(status);
      return status === 200;
    });
    expect(Date.now() - from).toBeGreaterThan(500);
    expect([...seen].every(status => [200, 502, 503].includes(status))).toBe(true);
    expect(seen.size).toBeGreaterThan(1);
    await emulator.control('settings', { boot: 0, prestart: true });
  });
});

describe('faults', () => {
  beforeEach(() => emulator.control('fail', { clear: true }));

  test('at the proxy: a status, a cut, a page of somebody else’s', async () => {
    await emulator.control('fail', { fault: 'proxy-http=503x1,proxy-kernels=resetx1,proxy-kernels=htmlx1' });
    expect((await askProxy(machine, '/api/status')).status).toBe(503);
    expect((await askProxy(machine, '/api/status')).status).toBe(200);
    await expect(askProxy(machine, '/api/kernels')).rejects.toThrow('fetch failed');
    const page = await askProxy(machine, '/api/kernels');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('at the upgrade', async () => {
    await emulator.control('fail', { fault: 'proxy-kernel-socket=502x1,proxy-kernel-socket=resetx1' });
    const path = `/api/kernels/${await newKernel()}/channels`;
    const headers = { 'X-Colab-Runtime-Proxy-Token': machine.token };
    expect((await upgrade(path, headers)).status).toBe(502);
    await expect(upgrade(path, headers)).rejects.toThrow();
    expect((await upgrade(path, headers)).status).toBe(101);
  });

  test('sockets are cut on order, and nothing else is', async () => {
    const { client: kernel, id } = await KernelClient.start(machine);
    await kernel.run('still = 1');
    expect((await emulator.control('cut-sockets')).cut).toBeGreaterThan(0);
    const again = await KernelClient.open(machine, id);
    expect((await again.run('print(still)')).text).toBe('1\n');
    again.close();
  });

  test('an answer that is lost was work that was done', async () => {
    const before = (await emulator.state()).assignments.length;
    await emulator.control('fail', { fault: 'assign=lostx1' });
    await expect(client.assign()).rejects.toThrow('fetch failed');
    expect((await emulator.state()).assignments).toHaveLength(before + 1);
  });

  test('an answer that is cut in half, one that never comes, and one that comes late', async () => {
    await emulator.control('fail', { fault: 'ccu-info=cutx1,ccu-info=timeoutx1,ccu-info=slow:300msx1,ccu-info=429x1' });
    const ask = (init: RequestInit = {}) => client.ask('/tun/m/ccu-info?authuser=0', init);
    await expect(ask().then(answer => answer.text())).rejects.toThrow();
    await expect(ask({ signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout');
    const from = performance.now();
    expect((await ask()).status).toBe(200);
    expect(performance.now() - from).toBeGreaterThan(280);
    const limited = await ask();
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
  });

  test('latency is added to answers and to messages of a socket', async () => {
    const { client: kernel } = await KernelClient.start(machine);
    await kernel.run('1');
    await emulator.control('settings', { latency: 150 });
    const timed = async (work: () => Promise<unknown>) => {
      const from = performance.now();
      await work();
      return performance.now() - from;
    };
    expect(await timed(() => askProxy(machine, '/api/colab/build-info'))).toBeGreaterThan(145);
    const slow = (await KernelClient.start(machine)).client;
    await slow.run('1');
    expect(await timed(() => slow.run('1'))).toBeGreaterThan(145);
    await emulator.control('settings', { latency: 0 });
    for (const each of [kernel, slow]) each.close();
  });
});
