import { expect, test } from 'vitest';
import { place, readForwards } from '../../../../src/operations/forward/read-forwards.ts';

test.each([
  ['6006', { local: 6006, exact: false, host: 'localhost', remote: 6006 }],
  ['8080:6006', { local: 8080, exact: true, host: 'localhost', remote: 6006 }],
  ['0:6006', { local: 0, exact: false, host: 'localhost', remote: 6006 }],
  ['5432:db.internal:5432', { local: 5432, exact: true, host: 'db.internal', remote: 5432 }],
  ['8080:[::1]:80', { local: 8080, exact: true, host: '::1', remote: 80 }],
])('%s', (word, wish) => {
  expect(readForwards([word])).toEqual([wish]);
});

test.each(['', ':', '0', '65536', '1:65536', 'localhost:80', '80:', ':80', '1:a b:2', '1:::1:80', '6006/tcp'])(
  '`%s` is no port',
  word => {
    expect(() => readForwards([word])).toThrow(expect.objectContaining({ kind: 'usage' }));
  },
);

test('one local port serves one place', () => {
  expect(() => readForwards(['8080:1', '8080:2'])).toThrow(/8080 is given twice/);
  expect(readForwards(['0:1', '0:1', '6006', '6006'])).toHaveLength(4);
});

test('an address with colons stands in brackets', () => {
  expect(place({ host: '::1', remote: 80 })).toBe('[::1]:80');
});
