import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../../src/core/failure.ts';
import { PASTE_ADDRESS, readCode, readPasted } from '../../../../src/operations/sign-in/pasted-code.ts';
import { testHost } from '../../../support/test-host.ts';

const CODE = '4/0AVMBsJi_x-y.z~1';

describe('what is pasted', () => {
  test.each([
    ['the whole address', `${PASTE_ADDRESS}/?state=s1&code=${encodeURIComponent(CODE)}&scope=email%20profile`],
    ['an address with another order', `http://127.0.0.1:48173/?code=${CODE}&state=s1`],
    ['its query alone', `?code=${encodeURIComponent(CODE)}&state=s1`],
    ['a query without its mark', `state=s1&code=${encodeURIComponent(CODE)}`],
    ['an address without its scheme', `127.0.0.1:48173/?state=s1&code=${encodeURIComponent(CODE)}`],
    ['in quotes', `"${PASTE_ADDRESS}/?state=s1&code=${encodeURIComponent(CODE)}"`],
    ['the code alone', CODE],
    ['the code as it stands in the address', encodeURIComponent(CODE)],
    ['with blanks around', `  ${CODE}\r`],
  ])('%s', (_, text) => expect(readCode(text, 's1')).toBe(CODE));

  test.each([
    ['another state', `${PASTE_ADDRESS}/?state=s2&code=${CODE}`, 'invalidCredentials'],
    ['no state', `${PASTE_ADDRESS}/?code=${CODE}`, 'invalidCredentials'],
    ['no code', `${PASTE_ADDRESS}/?state=s1`, 'invalidCredentials'],
    ['a refusal', `${PASTE_ADDRESS}/?state=s1&error=access_denied`, 'notAuthenticated'],
    ['a refusal of another sign-in', `${PASTE_ADDRESS}/?state=s2&error=access_denied`, 'invalidCredentials'],
    ['words', 'I clicked on yes', 'invalidCredentials'],
    ['a broken escape', '4%2F0AVMBsJi%E0%A4%A', 'invalidCredentials'],
  ])('%s is refused and not repeated', (_, text, kind) => {
    let failure: Failure | null = null;
    try {
      readCode(text, 's1');
    } catch (error) {
      failure = error as Failure;
    }
    expect(failure?.kind).toBe(kind);
    expect(JSON.stringify([failure?.message, failure?.facts])).not.toContain('0AVMBsJi');
  });
});

describe('from stdin', () => {
  const NEVER = new AbortController().signal;

  test('the first line counts', async () => {
    expect(await readPasted(testHost({ stdin: '\n  abc \nrest\n' }), NEVER)).toBe('abc');
  });

  test('a line without an end counts', async () => {
    expect(await readPasted(testHost({ stdin: 'abc' }), NEVER)).toBe('abc');
  });

  test('nothing is a usage failure', async () => {
    await expect(readPasted(testHost({ stdin: ' \n' }), NEVER)).rejects.toMatchObject({ kind: 'usage' });
  });
});
