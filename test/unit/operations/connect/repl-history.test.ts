import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readReplHistory, rememberCell } from '../../../../src/operations/connect/repl-history.ts';
import { hostIn, locksOf } from '../../../support/node-host-for-tests.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lecoder-cells-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

function services(maxHistorySize = 1000) {
  const host = hostIn(folder);
  const parts = { host, locks: locksOf(host), settings: { maxHistorySize }, paths: { state: folder } };
  return parts as unknown as Parameters<typeof readReplHistory>[0];
}
const file = () => join(folder, 'repl-history');

test('comes back newest first, each cell once, whatever is in it', async () => {
  const cells = ['x = 1', 'def f():\n    return "\\n"', 'print("日本")', 'x = 1'];
  for (const cell of cells) await rememberCell(cell, services());
  expect(await readReplHistory(services())).toEqual(['x = 1', cells[2], cells[1]]);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test('nothing is there before the first cell, and a damaged line costs only itself', async () => {
  expect(await readReplHistory(services())).toEqual([]);
  await rememberCell('a', services());
  appendFileSync(file(), '"cut off\n{}\n');
  await rememberCell('b', services());
  expect(await readReplHistory(services())).toEqual(['b', 'a']);
});

test('cells of several prompts at once are all kept', async () => {
  const cells = Array.from({ length: 20 }, (_, index) => `cell ${index}`);
  await Promise.all(cells.map(cell => rememberCell(cell, services())));
  expect([...(await readReplHistory(services()))].sort()).toEqual([...cells].sort());
});

test('the file stays small, and is not there at all where no history is wanted', async () => {
  await rememberCell('unwanted', services(0));
  expect(await readReplHistory(services())).toEqual([]);
  for (let index = 0; index < 12; index += 1) await rememberCell(`cell ${index}`, services(4));
  expect(await readReplHistory(services(4))).toEqual(['cell 11', 'cell 10', 'cell 9', 'cell 8']);
  expect(readFileSync(file(), 'utf8').trim().split('\n').length).toBeLessThanOrEqual(8);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});
