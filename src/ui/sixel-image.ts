import type { MimeBundle } from '../core/events.ts';
import { indexed } from './palette.ts';
import { decodePng, type Pixels } from './png.ts';
import { sixel } from './sixel.ts';

/** Registers a terminal has at least where it has more than the sixteen of the first ones. */
const COLOURS = 255;
/** Pixels a column has at least on screens of today: what is wider than the window would be cut off. */
const PER_COLUMN = 8;

/** What draws the bundle's PNG in a sixel terminal of that width; null when it has none, or one that we cannot read. */
export function sixelDrawing(bundle: MimeBundle, columns: number): string | null {
  const base64 = bundle['image/png'];
  if (typeof base64 !== 'string') return null;
  const image = decodePng(Buffer.from(base64, 'base64'));
  return image === null ? null : sixel(indexed(noWider(image, columns * PER_COLUMN), COLOURS));
}

/** Smaller by a whole factor, each pixel the mean of a square: thin lines and letters survive that. */
export function noWider(image: Pixels, most: number): Pixels {
  const factor = Math.ceil(image.width / Math.max(most, 1));
  if (factor <= 1) return image;
  const width = Math.ceil(image.width / factor);
  const height = Math.ceil(image.height / factor);
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) data.set(meanOf(image, x * factor, y * factor, factor), (y * width + x) * 4);
  return { width, height, data };
}

function meanOf({ width, height, data }: Pixels, left: number, top: number, size: number): Uint8Array {
  const sums = [0, 0, 0, 0];
  let count = 0;
  for (let y = top; y < Math.min(top + size, height); y += 1) {
    for (let x = left; x < Math.min(left + size, width); x += 1) {
      for (let channel = 0; channel < 4; channel += 1)
        sums[channel] = (sums[channel] ?? 0) + (data[(y * width + x) * 4 + channel] ?? 0);
      count += 1;
    }
  }
  return Uint8Array.from(sums, sum => Math.round(sum / count));
}
