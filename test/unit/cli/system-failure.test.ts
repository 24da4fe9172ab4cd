import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asBug } from '../../../src/cli/refuse.ts';
import { systemFailure } from '../../../src/cli/system-failure.ts';
import { testHost } from '../../support/test-host.ts';

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('what the machine refuses is no fault of ours, and names the path', () => {
  const { folder } = testHost();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const below = join(file, 'below');
  expect(asBug(thrown(() => readFileSync(below)))).toMatchObject({
    kind: 'ioError',
    message: `a file is where a folder has to be: \`${below}\``,
  });
  const long = join(folder, 'x'.repeat(300));
  expect(asBug(thrown(() => mkdirSync(long)))).toMatchObject({ message: `a name is too long: \`${long}\`` });
});

test.each([
  ['ENOSPC', 'ioError', 'no space left to write `/x`'],
  ['EDQUOT', 'ioError', 'no space left to write `/x`'],
  ['EACCES', 'permissionDenied', 'not allowed: `/x`'],
  ['EMFILE', 'ioError', 'too many files are open: `/x`'],
])('%s', (code, kind, message) => {
  expect(systemFailure(Object.assign(new Error('x'), { code, syscall: 'open', path: '/x' }))).toMatchObject({
    kind,
    message,
  });
});

test('anything else is a fault of ours', () => {
  const system = (code: string) => Object.assign(new Error('x'), { code, syscall: 'open' });
  for (const error of [
    new TypeError('x'),
    system('ENOENT'),
    system('toString'),
    Object.assign(new Error('x'), { code: 'EACCES' }),
    'x',
    null,
  ])
    expect(asBug(error).kind).toBe('unknown');
  expect(systemFailure(system('EACCES'))?.message).toBe('not allowed');
});
