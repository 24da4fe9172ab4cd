import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Shown, unseen } from '../../../src/util/unseen.ts';

test.each([
  ['', 'all of it', 'all of it'],
  ['one two three', 'one two three', ''],
  ['one two three', 'two three four', ' four'],
  ['e', 'eleven', 'leven'],
  ['seen before', 'a screen drawn anew', 'a screen drawn anew'],
  ['ends with x', 'x and more', 'x and more'],
])('%j then %j: %j', (seen, replay, fresh) => {
  expect(unseen(seen, replay)).toBe(fresh);
});

test('wherever a connection is cut, all is shown once', () => {
  const lines = fc.array(fc.integer({ min: 0, max: 9999 }), { minLength: 3, maxLength: 400 });
  fc.assert(
    fc.property(lines, fc.nat(), fc.nat(), (numbers, cutAt, keptFrom) => {
      const all = numbers.map((number, index) => `${index}: ${number}\r\n`).join('');
      const cut = cutAt % (all.length + 1);
      const shown = new Shown();
      const before = shown.take(all.slice(0, cut));
      shown.replays();
      // the server keeps the end of what was printed, and something of what we have seen among it
      const replay = all.slice(cut < 40 ? 0 : keptFrom % (cut - 39));
      expect(before + shown.take(replay)).toBe(all);
    }),
  );
});
