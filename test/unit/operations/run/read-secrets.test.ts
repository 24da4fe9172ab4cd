import { expect, test } from 'vitest';
import { readSecrets, shellFor } from '../../../../src/operations/run/read-secrets.ts';
import { testHost } from '../../../support/test-host.ts';

test('cmd gets the line as it is, in quotes that it takes off itself', () => {
  const line = 'type "C:\\Program Files\\key.txt" | findstr /r "^[^#]"';
  expect(shellFor('win32', line)).toEqual(['cmd', ['/d', '/s', '/c', `"${line}"`]]);
});

test('a POSIX shell gets it as one argument', () => {
  expect(shellFor('darwin', `printf '%s' "a b"`)).toEqual(['sh', ['-c', `printf '%s' "a b"`]]);
});

// Quotes mean the same to both shells here.
test('the command is really run, quotes and all', async () => {
  const found = await readSecrets(['KEY=cmd:echo one two'], testHost({ real: true }));
  expect(found.get('KEY')).toBe('one two');
});
