import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { mayDrawSixel, saysSixel } from '../../../src/ui/images.ts';
import { indexed } from '../../../src/ui/palette.ts';
import { decodePng, type Pixels } from '../../../src/ui/png.ts';
import { sixel } from '../../../src/ui/sixel.ts';
import { noWider, sixelDrawing } from '../../../src/ui/sixel-image.ts';

interface Written {
  width: number;
  height: number;
  depth: number;
  type: number;
  /** Bytes of each row without its filter. */
  rows: number[][];
  filters?: number[];
  palette?: number[];
  transparency?: number[];
  interlaced?: boolean;
}

/** Writes a PNG; checksums are left empty, as nobody here looks at them. */
function png({ width, height, depth, type, rows, filters, palette, transparency, interlaced }: Written): Buffer {
  const step = Math.max(1, Math.ceil(({ 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[type] ?? 1) * (depth / 8)));
  const filtered = rows.flatMap((row, y) => {
    const filter = filters?.[y] ?? 0;
    const at = (x: number, up: number) => (x < 0 ? 0 : (rows[y - up]?.[x] ?? 0));
    return [
      filter,
      ...row.map((value, x) => {
        const [left, above, corner] = [at(x - step, 0), at(x, 1), at(x - step, 1)];
        const sum = left + above - corner;
        const paeth = [left, above, corner].reduce((best, each) =>
          Math.abs(sum - each) < Math.abs(sum - best) ? each : best,
        );
        return (value - ([0, left, above, (left + above) >> 1, paeth][filter] ?? 0)) & 255;
      }),
    ];
  });
  const chunk = (name: string, bytes: Uint8Array) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(bytes.length);
    head.write(name, 4);
    return Buffer.concat([head, bytes, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, type, 0, 0, interlaced ? 1 : 0], 8);
  const image = deflateSync(Uint8Array.from(filtered));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Uint8Array.from(palette))] : []),
    ...(transparency ? [chunk('tRNS', Uint8Array.from(transparency))] : []),
    chunk('IDAT', image.subarray(0, 10)),
    chunk('IDAT', image.subarray(10)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const pixel = ({ data, width }: Pixels, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

describe('PNG', () => {
  test.each([0, 1, 2, 3, 4])('RGB with filter %i', filter => {
    const noise = (index: number) => (index * 7919 + (index >> 2) * 131) & 255;
    const rows = Array.from({ length: 5 }, (_, y) => Array.from({ length: 21 }, (_, x) => noise(y * 21 + x)));
    const image = decodePng(png({ width: 7, height: 5, depth: 8, type: 2, rows, filters: Array(5).fill(filter) }));
    const bytes = rows.flat();
    expect([...(image?.data ?? [])].filter((_, index) => index % 4 < 3)).toEqual(bytes);
    expect(image && pixel(image, 0, 0)[3]).toBe(255);
  });

  test('the other kinds of pixels', () => {
    const of = (written: Omit<Written, 'height'>) => {
      const image = decodePng(png({ ...written, height: written.rows.length }));
      return image && Array.from({ length: written.width }, (_, x) => pixel(image, x, 0));
    };
    expect(of({ width: 1, depth: 8, type: 6, rows: [[1, 2, 3, 4]] })).toEqual([[1, 2, 3, 4]]);
    expect(of({ width: 1, depth: 8, type: 4, rows: [[9, 8]] })).toEqual([[9, 9, 9, 8]]);
    expect(of({ width: 2, depth: 16, type: 0, rows: [[255, 255, 128, 0]] })).toEqual([
      [255, 255, 255, 255],
      [128, 128, 128, 255],
    ]);
    expect(of({ width: 3, depth: 1, type: 0, rows: [[0b10100000]] })).toEqual([
      [255, 255, 255, 255],
      [0, 0, 0, 255],
      [255, 255, 255, 255],
    ]);
    const palette = [10, 20, 30, 40, 50, 60, 70, 80, 90];
    expect(of({ width: 3, depth: 4, type: 3, rows: [[0x21, 0x00]], palette, transparency: [255, 7] })).toEqual([
      [70, 80, 90, 255],
      [40, 50, 60, 7],
      [10, 20, 30, 255],
    ]);
  });

  test('what cannot be read is null', () => {
    const whole = png({ width: 2, height: 1, depth: 8, type: 0, rows: [[1, 2]] });
    expect(decodePng(whole)).not.toBeNull();
    expect(decodePng(whole.subarray(0, 60))).toBeNull();
    expect(decodePng(Buffer.from('GIF89a'))).toBeNull();
    expect(decodePng(png({ width: 2, height: 1, depth: 8, type: 0, rows: [[1, 2]], interlaced: true }))).toBeNull();
    expect(decodePng(png({ width: 9, height: 9, depth: 8, type: 2, rows: [[1]] }))).toBeNull();
  });
});

/** What a terminal would show; null where nothing was painted. */
function painted(sequence: string): (readonly number[] | null)[][] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a control sequence is what is looked at
  const [, width, height, body] = /^\u001bP0;1q"1;1;(\d+);(\d+)(.*)\u001b\\$/s.exec(sequence) ?? [];
  const rows = Array.from({ length: Number(height) }, () => Array<readonly number[] | null>(Number(width)).fill(null));
  const registers = new Map<number, readonly number[]>();
  let [x, top, colour] = [0, 0, 0];
  for (const [, register, definition, count, bits, move] of (body ?? '').matchAll(
    /#(\d+)(?:;2;([\d;]+))?|(?:!(\d+))?([?-~])|([$-])/g,
  )) {
    if (register !== undefined) colour = Number(register);
    if (definition !== undefined) registers.set(colour, definition.split(';').map(Number));
    if (move !== undefined) x = 0;
    if (move === '-') top += 6;
    for (let times = Number(count ?? 1); bits !== undefined && times > 0; times -= 1, x += 1) {
      const value = bits.charCodeAt(0) - 63;
      for (let row = 0; row < 6; row += 1) {
        const line = rows[top + row];
        if (value & (1 << row) && line) line[x] = registers.get(colour) ?? null;
      }
    }
  }
  return rows;
}

function drawn(width: number, height: number, colour: (x: number, y: number) => readonly number[]): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) data.set(colour(x, y), (y * width + x) * 4);
  return { width, height, data };
}

describe('sixel', () => {
  test('few colours are exact, whatever the height', () => {
    const colours = [
      [0, 0, 0, 255],
      [255, 0, 0, 255],
      [255, 255, 255, 255],
    ] as const;
    const image = drawn(11, 8, (x, y) => colours[(x * 5 + y * 3) % 3] ?? []);
    const shown = painted(sixel(indexed(image, 255)));
    expect(shown).toHaveLength(8);
    for (const [y, row] of shown.entries())
      for (const [x, colour] of row.entries())
        expect(colour).toEqual(
          pixel(image, x, y)
            .slice(0, 3)
            .map(value => Math.round((value * 100) / 255)),
        );
  });

  test('of many colours each is close to what it was, and at most 255 are used', () => {
    const image = drawn(96, 64, (x, y) => [x * 2, y * 4, (x + y) % 256, 255]);
    const { palette, pixels } = indexed(image, 255);
    expect(palette.length).toBeLessThanOrEqual(255);
    const off = [...pixels].map((place, index) => {
      const wanted = pixel(image, index % 96, Math.floor(index / 96));
      return Math.max(...(palette[place] ?? []).map((value, channel) => Math.abs(value - (wanted[channel] ?? 0))));
    });
    expect(Math.max(...off)).toBeLessThan(40);
    expect(off.reduce((sum, each) => sum + each, 0) / off.length).toBeLessThan(10);
  });

  test('what is transparent is laid on white; what is wider than the window is made smaller', () => {
    expect(
      indexed(
        drawn(1, 1, () => [0, 0, 0, 51]),
        255,
      ).palette,
    ).toEqual([[204, 204, 204]]);
    const smaller = noWider(
      drawn(250, 10, x => [x % 2 === 0 ? 0 : 200, 0, 0, 255]),
      100,
    );
    expect([smaller.width, smaller.height]).toEqual([84, 4]);
    expect(pixel(smaller, 0, 0)[0]).toBe(67);
    expect(noWider(smaller, 84)).toBe(smaller);
  });

  test('a PNG is drawn; anything else is not', () => {
    const bytes = png({ width: 2, height: 1, depth: 8, type: 2, rows: [[255, 0, 0, 0, 0, 255]] });
    const shown = sixelDrawing({ 'image/png': `${bytes.toString('base64')}\n` }, 80) ?? '';
    expect(painted(shown)).toEqual([
      [
        [100, 0, 0],
        [0, 0, 100],
      ],
    ]);
    expect(sixelDrawing({ 'image/jpeg': 'xx' }, 80)).toBeNull();
    expect(sixelDrawing({ 'image/png': 'xx' }, 80)).toBeNull();
  });
});

test('a terminal says that it draws', () => {
  expect(saysSixel('\u001b[?62;4;22c')).toBe(true);
  for (const answer of ['\u001b[?4c', '\u001b[?62;14;22c', '\u001b[?1;2c', '\u001b[?62;4;22n'])
    expect(saysSixel(answer)).toBe(false);
  const stdout = (isTerminal: boolean) => ({ isTerminal }) as Parameters<typeof mayDrawSixel>[0]['stdout'];
  expect(mayDrawSixel({ stdout: stdout(true), env: { TERM: 'xterm' } })).toBe(true);
  expect(mayDrawSixel({ stdout: stdout(true), env: { TERM: 'dumb' } })).toBe(false);
  expect(mayDrawSixel({ stdout: stdout(false), env: { TERM: 'xterm' } })).toBe(false);
});
