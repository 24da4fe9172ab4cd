import { expect, test } from 'vitest';
import { readParts } from '../../../src/emulator/drive/multipart.ts';

test('parts come back byte by byte', () => {
  const bytes = Buffer.from([0, 255, 13, 10, 13, 10, 45, 45]);
  const body = Buffer.concat([
    Buffer.from(
      '--b\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{"name":"x"}\r\n--b\r\ncontent-type: a/b\r\n\r\n',
    ),
    bytes,
    Buffer.from('\r\n--b--\r\n'),
  ]);
  expect(readParts('multipart/related; boundary="b"', body)).toEqual([
    { type: 'application/json; charset=UTF-8', content: Buffer.from('{"name":"x"}') },
    { type: 'a/b', content: bytes },
  ]);
});

test('another kind of body has no parts', () => {
  expect(readParts('application/json', Buffer.from('{}'))).toBeNull();
  expect(readParts('multipart/form-data; boundary=b', Buffer.from('--b--'))).toBeNull();
});
