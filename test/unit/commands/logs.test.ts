import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../../src/core/history.ts';
import { main } from '../../../src/main.ts';
import { debugLog } from '../../../src/store/debug-log.ts';
import { history } from '../../../src/store/history.ts';
import { locks } from '../../../src/store/lock.ts';
import { type TestHostOptions, testHost } from '../../support/test-host.ts';
import { entryOf } from '../store/entries.ts';

/** Runs a command line on a machine whose history and log hold these. */
async function run(
  line: string,
  { entries = [], ...options }: TestHostOptions & { entries?: readonly HistoryEntry[] } = {},
) {
  const host = testHost({ stdin: '', ...options });
  const state = join(host.folders.config, 'state');
  const book = history({ path: join(state, 'history.jsonl'), locks: locks(host, state), maxEntries: 1000 });
  for (const entry of entries) await book.append(entry);
  const log = debugLog({
    folder: join(state, 'logs'),
    level: 'debug',
    pid: 1,
    now: () => new Date('2026-01-01T00:00:00.000Z'),
  });
  log.write('info', 'session', 'session made', { name: 'work' });
  log.write('error', 'api', 'the server answered 502');
  log.write('debug', 'kernel', 'socket open');
  const exit = await main(line.split(' '), host);
  return { exit, stdout: host.stdout.text, stderr: host.stderr.text, host, left: [...book.entries()].length };
}

const ENTRIES = [
  entryOf({
    id: 'a',
    timestamp: '2026-01-01T10:00:00.000Z',
    code: 'import torch\ntorch.cuda.is_available()',
    result: 'True',
  }),
  entryOf({
    id: 'b',
    timestamp: '2026-01-02T03:00:00.000Z',
    mode: 'terminal',
    command: 'false',
    success: false,
    status: 'error',
    errorCode: 1002,
    exitCode: 1,
    error: {
      code: 1202,
      exit: 5,
      message: 'the command ended with status 1',
      category: 'runtime',
      retryable: false,
    },
  }),
];

test('the list is newest first under `data`', async () => {
  const { exit, stdout } = await run('logs --json', { entries: ENTRIES });
  const answer = JSON.parse(stdout);
  expect(exit).toBe(0);
  expect(answer).toMatchObject({
    schemaVersion: 1,
    command: 'logs',
    success: true,
    status: 'ok',
    errorCode: 0,
  });
  expect(answer.data.map(({ id }: HistoryEntry) => id)).toEqual(['b', 'a']);
  expect(answer.data[1]).toMatchObject({
    code: 'import torch\ntorch.cuda.is_available()',
    result: 'True',
    mode: 'kernel',
    session: 'work',
  });
});

test('for people each run is a line that fits the terminal', async () => {
  const { stdout } = await run('history', { entries: ENTRIES, columns: 70 });
  const [titles = '', newest = '', oldest = ''] = stdout.trimEnd().split('\n');
  expect(titles).toMatch(/WHEN +STATUS +MODE +TOOK +CODE/);
  expect(newest).toMatch(/^.*2026-01-0\d \d\d:\d\d:\d\d +error \(runtime\) +terminal +500 ms +.*$/);
  expect(oldest).toMatch(/ok +kernel +500 ms +import torch …/);
  for (const line of [newest, oldest]) expect(line.length).toBeLessThanOrEqual(70);
});

test.each(['logs stats --json', 'logs --stats --json', 'history stats --json'])(
  '`%s` counts at the top level',
  async line => {
    expect(JSON.parse((await run(line, { entries: ENTRIES })).stdout)).toMatchObject({
      totalExecutions: 2,
      successRate: 0.5,
      averageExecutionTime: 0.5,
      byStatus: { success: 1, error: 1 },
      byCategory: { runtime: 1 },
    });
  },
);

test('filters work on the list and on the statistics', async () => {
  const listed = JSON.parse(
    (await run('logs --status success --mode kernel --since 1d --json', { entries: ENTRIES })).stdout,
  );
  expect(listed.data.map(({ id }: HistoryEntry) => id)).toEqual(['a']);
  expect(JSON.parse((await run('logs stats --category runtime --json', { entries: ENTRIES })).stdout)).toMatchObject({
    totalExecutions: 1,
  });
  expect(JSON.parse((await run('logs -n 1 --json', { entries: ENTRIES })).stdout).data).toHaveLength(1);
});

test.each([
  ['logs --status eror --json', 'error'],
  ['logs --mode kernl --json', 'kernel'],
  ['logs --since 7 --json', '7h'],
  ['logs --category memry --json', 'memory'],
  ['logs stat --json', 'stats'],
])('`%s` is refused with what was meant', async (line, word) => {
  const { exit, stdout } = await run(line);
  expect(exit).toBe(2);
  const { error } = JSON.parse(stdout);
  expect(error).toMatchObject({ code: 1403, category: 'usage', retryable: false });
  expect(`${error.message} ${error.suggestion}`).toContain(word);
});

test('clearing needs a yes', async () => {
  expect(await run('logs clear', { entries: ENTRIES })).toMatchObject({
    exit: 2,
    left: 2,
    stderr: expect.stringContaining('--confirm'),
  });
  expect(await run('logs clear --no-input', { entries: ENTRIES, stdin: null, typed: ['y'] })).toMatchObject({
    exit: 2,
    left: 2,
  });
  expect(await run('logs clear', { entries: ENTRIES, stdin: null, typed: ['n'] })).toMatchObject({
    exit: 0,
    left: 2,
  });
  expect(await run('logs clear', { entries: ENTRIES, stdin: null, typed: [] })).toMatchObject({
    exit: 0,
    left: 2,
  });
  expect(await run('logs clear', { entries: ENTRIES, stdin: null, typed: ['yes'] })).toMatchObject({
    exit: 0,
    left: 0,
    stdout: '2 runs forgotten\n',
  });
  const { stdout, left } = await run('logs clear --confirm --json', { entries: ENTRIES });
  expect(JSON.parse(stdout)).toMatchObject({ command: 'logs clear', success: true, cleared: 2 });
  expect(left).toBe(0);
  expect(await run('logs --clear', { entries: ENTRIES })).toMatchObject({ exit: 0, left: 0 });
});

test('an empty history is an empty list', async () => {
  expect(JSON.parse((await run('logs --json')).stdout).data).toEqual([]);
  expect(await run('logs')).toMatchObject({ exit: 0, stdout: '' });
  expect((await run('logs stats')).stdout).toBe('no runs recorded\n');
});

test('the debug log is read from its end, newest last', async () => {
  const messages = async (line: string) =>
    JSON.parse((await run(line)).stdout).data.map(({ message }: { message: string }) => message);
  expect(await messages('debug tail --json')).toEqual(['session made', 'the server answered 502', 'socket open']);
  expect(await messages('debug tail -n 1 --json')).toEqual(['socket open']);
  expect(await messages('debug show --json')).toEqual(['session made', 'the server answered 502']);
  expect(await messages('debug show -l error --json')).toEqual(['the server answered 502']);
  expect(await messages('debug show -c session --json')).toEqual(['session made']);
  expect(await messages('debug show -l debug --search SOCKET --json')).toEqual(['socket open']);
  const { stdout } = await run('debug tail');
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d debug kernel {2}socket open$/);
});

test('where the debug log is', async () => {
  const { stdout, host } = await run('debug path');
  expect(stdout).toBe(`${join(host.folders.config, 'state', 'logs')}\n`);
  expect((await run('debug list')).stdout).toContain('lecoder-cgpu-2026-01-01.jsonl');
});

test('following streams what is written afterwards, until Ctrl-C', async () => {
  const host = testHost({ stdin: '', real: true });
  const folder = join(host.folders.config, 'state', 'logs');
  const log = debugLog({ folder, level: 'debug', pid: 1, now: () => new Date() });
  log.write('info', 'cli', 'before');
  const ending = main(['debug', 'tail', '--follow'], host);
  await expect.poll(() => host.stdout.text).toContain('before');
  log.write('info', 'cli', 'after');
  await expect.poll(() => host.stdout.text).toContain('after');
  host.interrupt('SIGINT');
  expect(await ending).toBe(130);
});
