import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';
import { type Assigned, BackendClient, KernelClient } from '../support/emulator-client.ts';
import { until } from '../support/until.ts';

let emulator: TestEmulator;
let client: BackendClient;
let machine: Assigned;
let kernel: KernelClient;
beforeAll(async () => {
  emulator = await startEmulator();
  client = await BackendClient.of(emulator);
  machine = await client.assign();
  kernel = (await KernelClient.start(machine)).client;
});
afterAll(async () => {
  kernel.close();
  await emulator.stop();
});
afterEach(() => void kernel.messages.splice(0));

describe('requests of the kernel', () => {
  test('a secret: asked for by key, and given by an answer on stdin', async () => {
    const running = kernel.start("from google.colab import userdata\nprint(userdata.get('HF'))");
    const request = await kernel.request('GetSecret');
    expect(request.channel).toBe('iopub');
    expect(request.content).toEqual({ request: { key: 'HF' } });
    expect(request.metadata).toEqual({ colab_request_type: 'GetSecret', colab_msg_id: expect.any(Number) });
    // No message of the client's: a client that looks at the parent first would miss it.
    expect(request.parent_header).toEqual({ session: kernel.session });
    kernel.reply(request, { data: { exists: true, access: true, payload: 'hf_value' } });
    expect(await kernel.result(running)).toEqual({ text: 'hf_value\n', error: null });
  });

  test.each([
    [{ data: { exists: false, access: false } }, 'SecretNotFoundError'],
    [{ data: { exists: true, access: false } }, 'NotebookAccessError'],
    [{ error: 'not here' }, 'MessageError'],
  ])('what comes of %j', async (answer, error) => {
    const running = kernel.start("from google.colab import userdata\nuserdata.get('HF')");
    kernel.reply(await kernel.request('GetSecret'), answer);
    expect((await kernel.result(running)).error).toBe(error);
  });

  test('without an answer the caller gets nothing when its time is over', async () => {
    const code =
      "from google.colab import _message\nprint(_message.blocking_request('GetSecret', {'key': 'x'}, timeout_sec=0.3))";
    expect(await kernel.run(code)).toEqual({ text: 'None\n', error: null });
  });

  test('the answer to another request, and what is no answer, are thrown away', async () => {
    const running = kernel.start("from google.colab import userdata\nprint(userdata.get('A'))");
    const request = await kernel.request('GetSecret');
    kernel.send('stdin', 'input_reply', { value: 'typed ahead' });
    kernel.reply(
      { metadata: { colab_msg_id: request.metadata.colab_msg_id - 1 } },
      { data: { exists: true, access: true, payload: 'old' } },
    );
    kernel.reply(request, { data: { exists: true, access: true, payload: 'new' } });
    expect((await kernel.result(running)).text).toBe('new\n');
  });

  test('a request of a cell has that cell as its parent, and its number even when nobody waits', async () => {
    const running = kernel.start("from google.colab import output\noutput.eval_js('1', ignore_result=True)");
    const request = await kernel.request('cell_javascript_eval');
    expect(request.parent_header.msg_id).toBe(running);
    expect(request.metadata.colab_msg_id).toEqual(expect.any(Number));
    await kernel.result(running);
  });

  test('input() passes over an answer that comes too late', async () => {
    const running = kernel.start("print('got ' + input('name? '))");
    await kernel.until(message => message.header.msg_type === 'input_request' && message.content.prompt === 'name? ');
    kernel.send('stdin', 'input_reply', { value: { type: 'colab_reply', colab_msg_id: 1, data: null } });
    kernel.send('stdin', 'input_reply', { value: 'Ada' });
    expect((await kernel.result(running)).text).toBe('got Ada\n');
  });
});

describe('Drive', () => {
  const path = () =>
    `/tun/m/credentials-propagation/${machine.endpoint}?authuser=0&authtype=dfs_ephemeral&version=2&dryrun=false&propagate=true&record=false`;

  test('an answer without credentials on the machine mounts nothing', async () => {
    const running = kernel.start("from google.colab import drive\ndrive.mount('/content/drive')");
    const request = await kernel.request('request_auth');
    expect(request.content.request).toEqual({ authType: 'dfs_ephemeral' });
    kernel.reply(request, {});
    expect((await kernel.result(running)).error).toBe('ValueError');
  });

  test('with them it does', async () => {
    await emulator.control('approve', { authtype: 'dfs_ephemeral' });
    const running = kernel.start(
      "from google.colab import drive\ndrive.mount('/content/drive')\nimport os; print(os.listdir('drive'))",
    );
    const request = await kernel.request('request_auth');
    expect((await client.post(path())).status).toBe(200);
    kernel.reply(request, {});
    expect((await kernel.result(running)).text).toBe("Mounted at /content/drive\n['MyDrive']\n");
    expect((await kernel.run("drive.mount('/content/drive')")).text).toContain(
      'Drive already mounted at /content/drive',
    );
  });

  test('user credentials by a prompt where the kernel is told not to ask the client', async () => {
    const code =
      "import os\nos.environ['USE_AUTH_EPHEM'] = '0'\nfrom google.colab import auth\nauth.authenticate_user()\nprint('in')";
    const running = kernel.start(code);
    await kernel.until(message => message.header.msg_type === 'input_request');
    kernel.send('stdin', 'input_reply', { value: '4/code' });
    expect((await kernel.result(running)).text).toMatch(/in\n$/);
  });
});

describe('!command', () => {
  test('its output comes as it is made, on a terminal', async () => {
    const { text, error } = await kernel.run(
      '!echo one; echo two >&2; test -t 1 && echo terminal; exit 3\nprint(_exit_code)',
    );
    expect([text, error]).toEqual(['one\ntwo\nterminal\n3\n', null]);
  });

  test('what is typed without being asked for reaches it; the client is told when', async () => {
    const running = kernel.start('!read -p \'name? \' name; echo "hello $name"');
    const shown = await kernel.request('cell_display_stdin');
    expect(shown.metadata).toEqual({ colab_request_type: 'cell_display_stdin' });
    expect(shown.parent_header.msg_id).toBe(running);
    kernel.send('stdin', 'input_reply', { value: 'Ada\n' });
    await kernel.request('cell_remove_stdin');
    const { text } = await kernel.result(running);
    expect(text).toMatch(/hello Ada\n$/);
    expect(kernel.messages.some(message => message.header.msg_type === 'input_request')).toBe(false);
  });

  test('a password turns the echo off', async () => {
    const running = kernel.start('!read -s -p \'password: \' word; echo; printf "$word" | wc -c');
    const update = await kernel.request('cell_update_stdin');
    expect(update.content.request).toEqual({ echo: false });
    kernel.send('stdin', 'input_reply', { value: 'secret\n' });
    const { text } = await kernel.result(running);
    expect(text).toMatch(/\n6\n$/);
    expect(text).not.toContain('secret');
  });

  test('an interrupt ends it, and the kernel goes on', async () => {
    const running = kernel.start('!sleep 600\nprint(_exit_code)');
    await kernel.request('cell_display_stdin');
    const headers = { 'X-Colab-Runtime-Proxy-Token': machine.token };
    const kernels = (await (await fetch(`${machine.url}/api/kernels`, { headers })).json()) as { id: string }[];
    await fetch(`${machine.url}/api/kernels/${kernels[0]?.id}/interrupt`, { method: 'POST', headers });
    expect((await kernel.result(running)).text).toContain('-2');
  });
});

test('a fresh kernel has the package, and its commands have it too', async () => {
  const { client: other } = await KernelClient.start(machine);
  const code = "import sys\nprint('google.colab' in sys.modules)\n!python -c 'import google.colab.errors; print(1)'";
  expect((await other.run(code)).text).toBe('True\n1\n');
  other.close();
  await until(() => emulator.world.fleet.all()[0]?.sockets.size === 1);
});
