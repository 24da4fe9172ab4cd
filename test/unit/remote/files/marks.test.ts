import { createHash, randomBytes } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MARK } from '../../../../src/remote/files/entry.ts';
import { agreedPlace, digestOf, marksOf, offerOf } from '../../../../src/remote/files/marks.ts';
import { temporary } from '../../../support/files.ts';

const never = new AbortController().signal;

async function marksIn(path: string, bytes: Uint8Array, size = bytes.byteLength) {
  await writeFile(path, bytes);
  await using file = await open(path, 'r');
  return await marksOf(file, size, never);
}

test('marks stand at every step and at the end', async () => {
  await using place = await temporary();
  const bytes = randomBytes(2 * MARK + 17);
  const marks = await marksIn(join(place.path, 'a'), bytes);
  expect([...marks.keys()]).toEqual([MARK, 2 * MARK, 2 * MARK + 17]);
  for (const [at, hasher] of marks)
    expect(digestOf(hasher)).toBe(createHash('sha256').update(bytes.subarray(0, at)).digest('hex'));
  expect([...(await marksIn(join(place.path, 'b'), bytes.subarray(0, MARK))).keys()]).toEqual([MARK]);
  expect((await marksIn(join(place.path, 'c'), new Uint8Array())).size).toBe(0);
});

test('both sides agree up to the last mark that is the same', async () => {
  await using place = await temporary();
  const whole = randomBytes(2 * MARK + 1000);
  const torn = Buffer.from(whole.subarray(0, 2 * MARK + 500));
  const at = async (bytes: Uint8Array) =>
    agreedPlace(
      await marksIn(join(place.path, 'own'), whole, bytes.byteLength),
      offerOf(await marksIn(join(place.path, 'held'), bytes)),
    );
  expect(await at(torn)).toBe(2 * MARK + 500);
  torn[2 * MARK + 1] = (torn[2 * MARK + 1] ?? 0) ^ 1;
  expect(await at(torn)).toBe(2 * MARK);
  torn[MARK + 1] = (torn[MARK + 1] ?? 0) ^ 1;
  expect(await at(torn)).toBe(MARK);
  torn[0] = (torn[0] ?? 0) ^ 1;
  expect(await at(torn)).toBe(0);
});
