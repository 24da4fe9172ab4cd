import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compare, environment, inspect, median, once } from '../../../bench/measure.mjs';

function program(code: string, extra: Record<string, string> = {}) {
  return { args: ['-e', code], env: environment(extra) };
}

test('all that a program prints is read, counted and hashed', async () => {
  const text = `${'é'.repeat(40_000)}\nlast\n`;
  const printed = await once(program(`process.stdout.write('é'.repeat(40000) + '\\nlast\\n')`), {
    look: true,
  });
  expect(printed).toMatchObject({ lines: 2, bytes: Buffer.byteLength(text) });
  expect(printed.hash).toBe(createHash('sha256').update(text).digest('hex'));
});

test('a program that fails has no time', async () => {
  await expect(once(program(`console.error('no such kernel'); process.exit(3)`))).rejects.toThrow(
    /ended with 3:\nno such kernel/,
  );
});

test('peak memory is that of the program: what it held at its height, not at its end', async () => {
  const small = await inspect(program(''));
  const large = await inspect(program('Buffer.alloc(200e6, 1)'));
  expect(small.memory).toBeGreaterThan(10e6);
  expect(large.memory - small.memory).toBeGreaterThan(180e6);
});

test('two programs take turns, and the order changes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-measure-'));
  const log = join(folder, 'log');
  appendFileSync(log, '');
  const says = (word: string) => program(`fs.appendFileSync(process.env.TURNS, '${word} ')`, { TURNS: log });
  const compared = await compare({ ours: says('a'), floor: says('b') }, { rounds: 3, warmups: 1 });
  expect(readFileSync(log, 'utf8')).toBe('b a a b b a a b ');
  expect(compared.rounds).toBe(3);
  expect(compared.min).toBeLessThanOrEqual(compared.ratio);
  expect(compared.ratio).toBeLessThanOrEqual(compared.max);
  rmSync(folder, { recursive: true });
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});
