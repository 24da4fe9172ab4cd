import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { startNbformat } from '../support/nbformat-oracle.ts';
import { type CellGiven, notebooksIn } from '../support/notebooks.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';

let cli: Cli;
let server: TestServer;
let wire: TcpProxy;
let books: ReturnType<typeof notebooksIn>;
const nbformat = startNbformat();

beforeAll(async () => {
  server = await startJupyter();
  wire = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  cli = await makeCli({
    LECODER_RUNTIME: 'jupyter',
    JUPYTER_SERVER_URL: wire.through(server.url).href,
    JUPYTER_TOKEN: server.token,
  });
  books = notebooksIn(cli.home);
  expect((await cli.call(['run', '-k', '1'])).code).toBe(0);
}, 120_000);
afterAll(async () => {
  nbformat.close();
  await cli?.close();
  await wire?.close();
  await server?.stop();
}, 60_000);

const run = (...args: string[]) => cli.call(['notebook', 'run', ...args]);

/** Three cells, of which the second goes on until a file says how to end: `go` well, `fail` not. */
const waiting = (more: readonly (string | CellGiven)[] = []): (string | CellGiven)[] => [
  'ran = globals().get("ran", 0) + 1; print("first", ran)',
  'import os, time\nprint("waiting", flush=True)\nwhile not os.path.exists(flag): time.sleep(.05)\nprint("done")',
  'print("third", ran)',
  ...more,
];
async function fresh(name: string, cells: readonly (string | CellGiven)[]): Promise<string> {
  const flag = join(cli.home, `${name}.flag`);
  await books.put(`${name}.ipynb`, cells);
  await cli.call(['run', '-k', `flag = ${JSON.stringify(flag)}; ran = 0`]);
  return flag;
}
const isWhole = async (name: string) => {
  const { text } = await books.read(name);
  expect(await nbformat.ask([text])).toEqual([{ written: text, valid: true }]);
};

describe('kill -9', () => {
  test('inside a cell: what was done and what it printed so far is on disk; resume goes on with that cell', async () => {
    const flag = await fresh('k', waiting());
    let killed = false;
    await cli.call(['notebook', 'run', 'k.ipynb'], {
      onStart: signal => {
        const look = async () => (await books.gave('k.out.ipynb').catch(() => []))[1] === 'waiting\n';
        void until(look).finally(() => {
          killed = true;
          signal('SIGKILL');
        });
      },
    });
    expect(killed).toBe(true);
    expect(await books.gave('k.out.ipynb')).toEqual(['first 1\n', 'waiting\n', null]);
    await isWhole('k.out.ipynb');
    // the kernel is still at it: resuming waits for its turn
    const resumed = run('k.ipynb', '--resume');
    await writeFile(flag, '');
    expect(await resumed).toMatchObject({ code: 0, stdout: 'waiting\ndone\nthird 1\n' });
    expect(await books.gave('k.out.ipynb')).toEqual(['first 1\n', 'waiting\ndone\n', 'third 1\n']);
    await isWhole('k.out.ipynb');
  });

  test('at any moment: the file is whole and has every cell that was said to be done', async () => {
    const sources = Array.from({ length: 40 }, (_, n) => `print("cell", ${n})`);
    await fresh('m', sources);
    for (const cells of [1, 7, 19]) {
      const ran = await cli.call(['notebook', 'run', 'm.ipynb', '--json-lines'], {
        watch: ({ stdout }, signal) => stdout.split('"status":"ok"').length > cells && signal('SIGKILL'),
      });
      const done = ran.stdout.split('"status":"ok"').length - 1;
      await isWhole('m.out.ipynb');
      const gave = await books.gave('m.out.ipynb');
      expect(gave.slice(0, done)).toEqual(sources.slice(0, done).map((_, n) => `cell ${n}\n`));
    }
    expect((await run('m.ipynb', '--resume')).code).toBe(0);
    expect(await books.gave('m.out.ipynb')).toEqual(sources.map((_, n) => `cell ${n}\n`));
    // what a kill in the middle of writing left is gone
    expect((await readdir(cli.home)).filter(name => name.includes('.tmp'))).toEqual([]);
  });
});

test('a kernel of its own outlives a kill, is gone on with, and goes at the end of that', async () => {
  const flag = join(cli.home, 'own.flag');
  await books.put('own.ipynb', [`flag = ${JSON.stringify(flag)}`, ...waiting()]);
  await cli.call(['notebook', 'run', 'own.ipynb', '--new-kernel'], {
    watch: ({ stdout }, signal) => stdout.includes('waiting') && signal('SIGKILL'),
  });
  const { kernel, own } = (await books.read('own.out.ipynb')).metadata.lecoder as { kernel: string; own: boolean };
  const answer = () => fetch(new URL(`api/kernels/${kernel}`, server.url), { headers: server.doorway.headers });
  expect([own, (await answer()).status]).toEqual([true, 200]);
  await writeFile(flag, '');
  expect(await run('own.ipynb', '--resume')).toMatchObject({ code: 0, stdout: expect.stringContaining('third 1\n') });
  expect((await answer()).status).toBe(404);
});

describe('resume', () => {
  test('begins at the cell that failed, then at the one that changed, then has nothing to do', async () => {
    await fresh('r', ['ran += 1; print("once", ran)', 'raise ValueError("bad")', 'print("end", ran)']);
    expect((await run('r.ipynb')).code).toBe(5);
    await books.put('r.ipynb', ['ran += 1; print("once", ran)', 'print("mended")', 'print("end", ran)']);
    const mended = await cli.json(['notebook', 'run', '--json', 'r.ipynb', '--resume']);
    expect(mended.data).toMatchObject({ counts: { ran: 2, kept: 1 }, status: 'ok' });
    expect(await books.gave('r.out.ipynb')).toEqual(['once 1\n', 'mended\n', 'end 1\n']);
    await books.put('r.ipynb', ['ran += 1; print("once", ran)', 'print("mended")', 'print("new end", ran)']);
    expect((await run('r.ipynb', '--resume')).stdout).toBe('new end 1\n');
    const { text } = await books.read('r.out.ipynb');
    expect(await run('r.ipynb', '--resume')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('nothing is left to run'),
    });
    expect((await books.read('r.out.ipynb')).text).toBe(text);
  });

  test('a part that was run again does not make it forget the rest', async () => {
    await fresh('q', ['print("a")', { source: 'print("b")', tags: ['b'] }, '1/0']);
    await run('q.ipynb');
    await run('q.ipynb', '--only', 'b');
    const { data } = await cli.json(['notebook', 'run', '--json', 'q.ipynb', '--resume']);
    expect(data).toMatchObject({ counts: { ran: 1, kept: 2 }, failed: { cell: 3 } });
  });

  test('says plainly that there is nothing to go on with, and runs nothing', async () => {
    await fresh('g', ['print("a")', '1/0']);
    expect(await run('g.ipynb', '--resume')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is nothing to resume: `g.out.ipynb` is not there'),
    });
    expect(await run('g.ipynb')).toMatchObject({ code: 5, stdout: 'a\n' });
    const before = (await books.read('g.out.ipynb')).text;
    await cli.call(['kernel', 'restart']);
    const restarted = await run('g.ipynb', '--resume');
    expect(restarted).toMatchObject({ code: 5, stdout: '' });
    expect(restarted.stderr).toContain('the kernel was restarted after the last run, and its variables with it');
    await fetch(new URL(`api/kernels/${JSON.parse(before).metadata.lecoder.kernel}`, server.url), {
      method: 'DELETE',
      headers: server.doorway.headers,
    });
    const gone = await cli.json(['notebook', 'run', '--json', 'g.ipynb', '--resume']);
    expect(gone).toMatchObject({ error: { code: 1207 }, data: { counts: { ran: 0 }, failed: null } });
    expect(gone.error.message).toContain('the kernel of the last run is gone');
    expect((await books.read('g.out.ipynb')).text).toBe(before);
    expect((await run('g.ipynb')).stdout).toBe('a\n');
  });
});

describe('what can go wrong on the way', () => {
  test('the kernel dies in a cell: its output so far, an error that says so, and what was done before', async () => {
    await fresh('d', [
      'print("a")',
      'import os\nprint("b", flush=True)\nimport time; time.sleep(.3); os.kill(os.getpid(), 9)',
      '1',
    ]);
    const ran = await cli.json(['notebook', 'run', '--json', 'd.ipynb']);
    expect(ran).toMatchObject({ error: { code: 1207, exit: 5 }, data: { failed: { cell: 2 } } });
    expect((await run('d.ipynb')).stderr).not.toContain('--resume');
    expect((await books.read('d.out.ipynb')).cells[1]?.outputs).toMatchObject([
      { text: ['b\n'] },
      { output_type: 'error', ename: 'KernelDied' },
    ]);
    expect(await books.gave('d.out.ipynb')).toEqual(['a\n', 'KernelDied', null]);
    await isWhole('d.out.ipynb');
  });

  test('the connection is cut in the middle of a cell: the run goes on over a new one', async () => {
    const flag = await fresh('c', waiting());
    let cut = false;
    const ran = await cli.call(['notebook', 'run', 'c.ipynb'], {
      watch: ({ stdout, stderr }) => {
        if (stdout.includes('waiting') && !cut) {
          cut = true;
          wire.cutBetweenMessages();
        }
        if (/^reconnected$/m.test(stderr) && cut) void writeFile(flag, '');
      },
    });
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('done\nthird 1\n') });
    expect(await books.gave('c.out.ipynb')).toEqual(['first 1\n', 'waiting\ndone\n', 'third 1\n']);
  });

  test('a connection that is lost for good: exit 4, and everything done so far is there', async () => {
    await fresh('w', waiting());
    const settings = join(cli.config, 'config.json');
    await writeFile(settings, '{"autoReconnect": false}');
    const ran = await cli.call(['notebook', 'run', 'w.ipynb'], {
      watch: ({ stdout }) => stdout.includes('waiting') && wire.cutBetweenMessages(),
    });
    await rm(settings);
    expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining('stopped at cell 2 of 3') });
    expect(await books.gave('w.out.ipynb')).toEqual(['first 1\n', 'WebSocketError', null]);
    expect((await books.read('w.out.ipynb')).cells[1]?.outputs[0]).toMatchObject({ text: ['waiting\n'] });
    await isWhole('w.out.ipynb');
    await cli.call(['kernel', 'interrupt']);
  });
});
