import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { history } from '../../../src/store/history.ts';
import { locks } from '../../../src/store/lock.ts';
import { testHost } from '../../support/test-host.ts';
import { entryOf } from './entries.ts';
import { type Workers, workers } from './workers.ts';

let processes: Workers;
let folder = '';
beforeAll(async () => {
  processes = await workers();
});
afterAll(() => processes.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lecoder-history-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, 'history.jsonl');
const lines = () => readFileSync(path(), 'utf8').trimEnd().split('\n');
const open = (maxEntries = 1000) =>
  history({ path: path(), locks: locks(testHost({ real: true }), folder), maxEntries });
const ids = (maxEntries?: number) => [...open(maxEntries).entries()].map(({ id }) => id);

test('entries come newest first and as they went in', async () => {
  const entry = entryOf({
    id: 'b',
    error: {
      code: 1202,
      exit: 5,
      message: 'm',
      category: 'runtime',
      retryable: false,
      traceback_lines: ['a'],
    },
    status: 'error',
    success: false,
  });
  await open().append(entryOf({ id: 'a' }));
  await open().append(entry);
  expect(ids()).toEqual(['b', 'a']);
  expect([...open().entries()][0]).toEqual(entry);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['history.jsonl']);
});

test('the file holds the newest entries and no more than the cap', async () => {
  for (let index = 0; index < 8; index++) await open(5).append(entryOf({ id: `run-${index}` }));
  expect(lines()).toHaveLength(5);
  expect(ids(5)).toEqual(['run-7', 'run-6', 'run-5', 'run-4', 'run-3']);
  await open(2).append(entryOf({ id: 'last' }));
  expect(ids()).toEqual(['last', 'run-7']);
  await open(0).append(entryOf({ id: 'unwanted' }));
  expect(readFileSync(path(), 'utf8')).toBe('');
});

test('several at once stand in their order, within the cap', async () => {
  await open().append(entryOf({ id: 'a' }), entryOf({ id: 'b' }), entryOf({ id: 'c' }));
  expect(ids()).toEqual(['c', 'b', 'a']);
  await open(2).append(entryOf({ id: 'd' }), entryOf({ id: 'e' }), entryOf({ id: 'f' }));
  expect(ids()).toEqual(['f', 'e']);
});

test('the file stays below 10 MiB', async () => {
  writeFileSync(path(), `${JSON.stringify({ ...entryOf({ id: 'big' }), stdout: 'x'.repeat(1_000_000) })}\n`.repeat(12));
  await open().append(entryOf({ id: 'new' }));
  expect(statSync(path()).size).toBeLessThanOrEqual(10 * 1024 * 1024);
  expect(ids()[0]).toBe('new');
  expect(lines()).toHaveLength(11);
});

test('lines that are no entries are skipped, and a torn one does not swallow the next', async () => {
  await open().append(entryOf({ id: 'a' }));
  appendFileSync(path(), 'gibberish\n{"id":"no timestamp"}\n[]\n{"id":"torn","timest');
  await open().append(entryOf({ id: 'b' }));
  expect(ids()).toEqual(['b', 'a']);
});

test('entries of an older program are read with what they lack filled in', () => {
  writeFileSync(
    path(),
    `${JSON.stringify({ id: 'x', timestamp: '2025-11-01T10:00:00Z', status: 'error', command: 'ls', mode: 'terminal', timing: { duration_ms: 1500 } })}\n`,
  );
  expect([...open().entries()]).toMatchObject([
    {
      success: false,
      errorCode: 1999,
      executionTime: 1.5,
      stdout: '',
      display_data: [],
      truncated: false,
      timing: { duration: 1500 },
    },
  ]);
});

test('long output is kept as head and tail around a clear marker', async () => {
  await open().append(entryOf({ stdout: `begin${'é'.repeat(1_000_000)}end`, stderr: 'short' }));
  const [entry] = [...open().entries()];
  expect(entry).toMatchObject({ truncated: true, stderr: 'short' });
  expect(Buffer.byteLength(entry?.stdout ?? '')).toBeLessThanOrEqual(16_384);
  expect(entry?.stdout).toMatch(/^beginé+\n… 1,98\d,\d{3} bytes left out …\né+end$/);
});

test('large display data are replaced by their size', async () => {
  await open().append(
    entryOf({
      display_data: [{ data: { 'image/png': 'A'.repeat(50_000), 'text/plain': '<Figure>' }, metadata: {} }],
    }),
  );
  expect([...open().entries()][0]?.display_data).toEqual([
    { data: { 'image/png': '50,000 bytes left out', 'text/plain': '<Figure>' }, metadata: {} },
  ]);
});

test('clearing tells how many there were', async () => {
  for (const id of ['a', 'b', 'c']) await open().append(entryOf({ id }));
  expect(await open().clear()).toBe(3);
  expect(ids()).toEqual([]);
  expect(await open().clear()).toBe(0);
});

test('ten processes at once lose nothing', async () => {
  const ten = Array.from({ length: 10 }, () => processes.start('history', folder, '20', '1000'));
  for (const { ended } of ten) expect(await ended).toMatchObject({ status: 0, stderr: '' });
  expect(lines()).toHaveLength(200);
  expect(new Set(ids()).size).toBe(200);
});

test('ten processes at once keep the cap', async () => {
  const ten = Array.from({ length: 10 }, () => processes.start('history', folder, '20', '30'));
  for (const { ended } of ten) expect(await ended).toMatchObject({ status: 0, stderr: '' });
  expect(lines()).toHaveLength(30);
  expect(new Set(ids()).size).toBe(30);
});

test('processes killed while they write lose no entry of another', async () => {
  const dying = Array.from({ length: 5 }, () => processes.start('history', folder, '100000', '100000'));
  await Promise.all(dying.map(({ speaks }) => speaks));
  const living = processes.start('history', folder, '20', '100000');
  for (const { process } of dying) process.kill('SIGKILL');
  expect(await living.ended).toMatchObject({ status: 0, stderr: '' });
  const own = ids().filter(id => id.startsWith(`${living.process.pid}-`));
  expect(own).toHaveLength(20);
});
