import type { Indexed } from './palette.ts';

/** Six rows of pixels are one row of sixels. */
const BAND = 6;

/** The image as a sixel sequence. Source: DEC's VT330/VT340 programmer reference, chapter 14. */
export function sixel({ width, height, palette, pixels }: Indexed): string {
  const percent = (value: number) => Math.round((value * 100) / 255);
  const registers = palette.map((colour, index) => `#${index};2;${colour.map(percent).join(';')}`);
  const bands: string[] = [];
  for (let top = 0; top < height; top += BAND) bands.push(band({ width, height, pixels, top }));
  return `\u001bP0;1q"1;1;${width};${height}${registers.join('')}${bands.join('-')}\u001b\\`;
}

interface Band {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  readonly top: number;
}

/** One pass for each colour that occurs, with a carriage return (`$`) between them. */
function band({ width, height, pixels, top }: Band): string {
  const rows = new Map<number, Uint8Array>();
  for (let row = 0; row < Math.min(BAND, height - top); row += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = pixels[(top + row) * width + x] ?? 0;
      let bits = rows.get(colour);
      if (bits === undefined) {
        bits = new Uint8Array(width);
        rows.set(colour, bits);
      }
      bits[x] = (bits[x] ?? 0) | (1 << row);
    }
  }
  return [...rows].map(([colour, bits]) => `#${colour}${runs(bits)}`).join('$');
}

/** Repeats as `!count` where that is shorter; nothing at the end of a row need be said. */
function runs(bits: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bits.length; ) {
    let end = start + 1;
    while (end < bits.length && bits[end] === bits[start]) end += 1;
    const value = bits[start] ?? 0;
    const character = String.fromCharCode(63 + value);
    const count = end - start;
    if (value !== 0 || end < bits.length) text += count > 3 ? `!${count}${character}` : character.repeat(count);
    start = end;
  }
  return text;
}
