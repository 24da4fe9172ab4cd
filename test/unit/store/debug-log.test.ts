import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogLine } from '../../../src/core/log.ts';
import type { LogLevel } from '../../../src/core/settings.ts';
import { debugLog } from '../../../src/store/debug-log.ts';
import { logFiles } from '../../../src/store/log-files.ts';
import { testHost } from '../../support/test-host.ts';

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'lecoder-log-')), 'state', 'logs');
});
afterEach(() => rmSync(join(folder, '..', '..'), { recursive: true, force: true }));

function open(level: LogLevel = 'debug', at = '2026-01-02T03:04:05.000Z', echoed: string[] = []) {
  return debugLog({ folder, level, pid: 7, now: () => new Date(at), echo: text => void echoed.push(text) });
}
const stored = (name = 'lecoder-cgpu-2026-01-02.jsonl'): LogLine[] =>
  readFileSync(join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));

test('lines at or above the level are written and echoed', () => {
  const echoed: string[] = [];
  const log = open('warn', undefined, echoed);
  for (const level of ['error', 'warn', 'info', 'debug'] as const)
    log.write(level, 'api', `of level ${level}`, { status: 502 });
  expect(stored().map(({ level }) => level)).toEqual(['error', 'warn']);
  expect(stored()[0]).toEqual({
    timestamp: '2026-01-02T03:04:05.000Z',
    level: 'error',
    category: 'api',
    message: 'of level error',
    pid: 7,
    data: { status: 502 },
  });
  expect(echoed).toEqual([
    '03:04:05.000 error api: of level error {"status":502}',
    '03:04:05.000 warn api: of level warn {"status":502}',
  ]);
  expect(statSync(join(folder, 'lecoder-cgpu-2026-01-02.jsonl')).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('secrets are masked wherever they stand', () => {
  const cyclic: Record<string, unknown> = {
    refreshToken: 's3cret',
    headers: { Authorization: 'Bearer s3cret', 'X-Colab-Runtime-Proxy-Token': 's3cret' },
  };
  cyclic.self = cyclic;
  open().write(
    'info',
    'api',
    'GET http://user:s3cret@host/api?token=s3cret&x=1 with Authorization: token s3cret and Bearer s3cret',
    {
      ...cyclic,
      env: { A: 's3cret' },
      nested: [
        {
          clientSecret: 's3cret',
          password: 's3cret',
          text: 'refresh_token=s3cret',
          json: '{"access_token":"s3cret"}',
        },
      ],
      error: new Error('at ?token=s3cret'),
      tokenCount: 3,
      size: 5n,
    },
  );
  const text = readFileSync(join(folder, 'lecoder-cgpu-2026-01-02.jsonl'), 'utf8');
  expect(text).not.toContain('s3cret');
  expect(stored()[0]?.data).toMatchObject({ tokenCount: 3, size: '5', error: { name: 'Error' } });
  expect(stored()[0]?.message).toContain('x=1');
});

test('a log that cannot be written never breaks the command', () => {
  mkdirSync(join(folder, '..'), { recursive: true });
  writeFileSync(folder, 'a file where the folder should be');
  const log = open();
  expect(() => {
    log.write('info', 'cli', 'one');
    log.write('info', 'cli', 'two', {
      get trap() {
        throw new Error('from a getter');
      },
    });
  }).not.toThrow();
});

test('seven days are kept, a full file gets a further part, a new day a new file', () => {
  for (const day of ['2025-12-26', '2025-12-27', '2026-01-01'])
    open('debug', `${day}T12:00:00.000Z`).write('info', 'cli', day);
  writeFileSync(join(folder, 'notes.txt'), 'of somebody');
  open().write('info', 'cli', 'first');
  expect(readdirSync(folder).sort()).toEqual([
    'lecoder-cgpu-2025-12-27.jsonl',
    'lecoder-cgpu-2026-01-01.jsonl',
    'lecoder-cgpu-2026-01-02.jsonl',
    'notes.txt',
  ]);
  writeFileSync(join(folder, 'lecoder-cgpu-2026-01-02.jsonl'), 'x'.repeat(10 * 1024 * 1024 + 1));
  open().write('info', 'cli', 'second');
  expect(stored('lecoder-cgpu-2026-01-02.2.jsonl').map(({ message }) => message)).toEqual(['second']);
});

test('reading goes from the newest line of the newest part to the oldest', () => {
  open('debug', '2026-01-01T23:59:59.000Z').write('info', 'cli', 'a');
  writeFileSync(join(folder, 'lecoder-cgpu-2026-01-02.jsonl'), 'gibberish\n');
  open().write('info', 'cli', 'b');
  open().write('error', 'api', 'c');
  const files = logFiles(testHost(), folder);
  expect([...files.newest()].map(({ message }) => message)).toEqual(['c', 'b', 'a']);
  expect(files.list().map(({ path }) => path)).toEqual([
    join(folder, 'lecoder-cgpu-2026-01-02.jsonl'),
    join(folder, 'lecoder-cgpu-2026-01-01.jsonl'),
  ]);
  expect([...logFiles(testHost(), join(folder, 'none')).newest()]).toEqual([]);
});

test('following yields what is written afterwards, a new file too, until the signal', async () => {
  open().write('info', 'cli', 'before');
  const stop = new AbortController();
  const coming = logFiles(testHost(), folder).follow(stop.signal)[Symbol.asyncIterator]();
  open().write('info', 'cli', 'after');
  expect((await coming.next()).value.message).toBe('after');
  open('debug', '2026-01-03T00:00:00.000Z').write('info', 'cli', 'next day');
  expect((await coming.next()).value.message).toBe('next day');
  stop.abort();
  expect((await coming.next()).done).toBe(true);
});
