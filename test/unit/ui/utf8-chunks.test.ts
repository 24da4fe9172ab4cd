import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Piece, Utf8Chunks } from '../../../src/ui/utf8-chunks.ts';

function pieces(chunks: readonly Uint8Array[]): Piece[] {
  const reader = new Utf8Chunks();
  return [...chunks.map(chunk => reader.next(chunk)), reader.rest()].filter(piece => piece !== null);
}

const bytesOf = (all: readonly Piece[]) =>
  Buffer.concat(all.map(piece => ('text' in piece ? Buffer.from(piece.text) : Buffer.from(piece.base64, 'base64'))));

test('a character cut in two arrives whole', () => {
  const euro = Buffer.from('€');
  expect(pieces([euro.subarray(0, 1), euro.subarray(1, 2), euro.subarray(2)])).toEqual([{ text: '€' }]);
});

test('bytes that are no text are base64, and text around them stays text', () => {
  expect(pieces([Buffer.from('a'), Uint8Array.of(0xff, 0x01), Buffer.from('b')])).toEqual([
    { text: 'a' },
    { base64: '/wE=' },
    { text: 'b' },
  ]);
});

test('a character that never ends is base64 at the end', () => {
  expect(pieces([Uint8Array.of(0x61, 0xe2, 0x82)])).toEqual([{ text: 'a' }, { base64: '4oI=' }]);
});

test('a byte order mark is kept', () => {
  expect(pieces([Buffer.from('\ufeffa')])).toEqual([{ text: '\ufeffa' }]);
});

test('whatever the bytes and wherever they are cut, the pieces are those bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 })), chunks => {
      expect(bytesOf(pieces(chunks))).toEqual(Buffer.concat(chunks));
    }),
  );
});

test('text stays text wherever it is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(40)), (text, cuts) => {
      const bytes = Buffer.from(text);
      const places = [0, ...cuts.filter(cut => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const found = pieces(places.slice(1).map((end, index) => bytes.subarray(places[index], end)));
      expect(found.map(piece => ('text' in piece ? piece.text : '!')).join('')).toBe(text);
    }),
  );
});
