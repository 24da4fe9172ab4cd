import { expect, test } from 'vitest';
import { multipart } from '../../../src/drive/multipart.ts';
import { readParts } from '../../../src/emulator/drive/multipart.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('what goes in comes out, byte for byte', () => {
  const content = new Uint8Array([0, 13, 10, 45, 45, 255, 254, 13, 10, 13, 10]);
  const made = multipart(
    [
      { type: 'application/json; charset=UTF-8', bytes: bytes('{"name":"ü"}') },
      { type: 'application/x-ipynb+json', bytes: content },
    ],
    () => crypto.randomUUID(),
  );
  const parts = readParts(made.type, Buffer.from(made.bytes)) ?? [];
  expect(parts.map(({ type }) => type)).toEqual(['application/json; charset=UTF-8', 'application/x-ipynb+json']);
  expect(parts.map(part => [...part.content])).toEqual([[...bytes('{"name":"ü"}')], [...content]]);
});

test('a boundary that stands in the content is not used', () => {
  const drawn = ['one', 'two', 'three'];
  const content = bytes('{"source": "\r\n--lecoder-one--\r\n", "more": "lecoder-two"}');
  const made = multipart([{ type: 'a/b', bytes: content }], () => drawn.shift() ?? '');
  expect(made.type).toBe('multipart/related; boundary=lecoder-three');
  expect(readParts(made.type, Buffer.from(made.bytes))?.[0]?.content.toString()).toBe(Buffer.from(content).toString());
});
