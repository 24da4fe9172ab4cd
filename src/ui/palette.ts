import type { Pixels } from './png.ts';

/** An image of few colours: for each pixel its place in the palette. */
export interface Indexed {
  readonly width: number;
  readonly height: number;
  readonly palette: readonly (readonly [number, number, number])[];
  readonly pixels: Uint8Array;
}

/** Colours that differ in their last three bits only are one when there are many. */
const COARSE = 0xf8f8f8;

/** Colours of the image, `most` of them at most, by median cut; exact when it has no more. Alpha is laid on white. */
export function indexed(image: Pixels, most: number): Indexed {
  const colours = onWhite(image);
  const exact = countsOf(colours, 0xffffff);
  const mask = exact.size <= most ? 0xffffff : COARSE;
  const boxes = cut([...(mask === COARSE ? countsOf(colours, COARSE) : exact)], most);
  const places = new Map<number, number>();
  for (const [place, box] of boxes.entries()) for (const [colour] of box) places.set(colour, place);
  const pixels = Uint8Array.from(colours, colour => places.get(colour & mask) ?? 0);
  return { width: image.width, height: image.height, palette: palette(boxes, colours, pixels), pixels };
}

function onWhite({ data }: Pixels): Uint32Array {
  const colours = new Uint32Array(data.length / 4);
  for (let index = 0; index < colours.length; index += 1) {
    const at = index * 4;
    const alpha = data[at + 3] ?? 255;
    const over = (channel: number) => Math.round(((data[at + channel] ?? 0) * alpha + 255 * (255 - alpha)) / 255);
    colours[index] = (over(0) << 16) | (over(1) << 8) | over(2);
  }
  return colours;
}

type Counted = [colour: number, count: number];

function countsOf(colours: Uint32Array, mask: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour & mask, (counts.get(colour & mask) ?? 0) + 1);
  return counts;
}

/** Halves the box with the most pixels along its widest channel until there are enough, or nothing is left to halve. */
function cut(all: Counted[], most: number): Counted[][] {
  const boxes = [all];
  if (all.length <= most) return all.map(each => [each]);
  while (boxes.length < most) {
    const widest = boxes
      .map((box, index) => ({ index, weight: box.length < 2 ? 0 : spread(box).width * Math.sqrt(weigh(box)) }))
      .reduce((best, each) => (each.weight > best.weight ? each : best));
    const box = boxes[widest.index];
    if (box === undefined || widest.weight === 0) break;
    boxes.splice(widest.index, 1, ...halves(box));
  }
  return boxes;
}

function halves(box: Counted[]): [Counted[], Counted[]] {
  const { shift } = spread(box);
  const sorted = [...box].sort(([one], [other]) => ((one >> shift) & 255) - ((other >> shift) & 255));
  const half = weigh(box) / 2;
  let sum = 0;
  const middle = sorted.findIndex(([, count]) => {
    sum += count;
    return sum >= half;
  });
  const at = Math.min(Math.max(middle, 1), sorted.length - 1);
  return [sorted.slice(0, at), sorted.slice(at)];
}

function spread(box: readonly Counted[]): { shift: number; width: number } {
  const widths = [16, 8, 0].map(shift => {
    let [least, most] = [255, 0];
    for (const [colour] of box) {
      const value = (colour >> shift) & 255;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return { shift, width: most - least };
  });
  return widths.reduce((best, each) => (each.width > best.width ? each : best));
}

function weigh(box: readonly Counted[]): number {
  return box.reduce((sum, [, count]) => sum + count, 0);
}

/** The mean of what was put there, as it really was. */
function palette(boxes: readonly unknown[], colours: Uint32Array, pixels: Uint8Array): Indexed['palette'] {
  const sums = boxes.map(() => [0, 0, 0, 0] as [number, number, number, number]);
  for (const [index, colour] of colours.entries()) {
    const sum = sums[pixels[index] ?? 0];
    if (sum === undefined) continue;
    sum[0] += colour >> 16;
    sum[1] += (colour >> 8) & 255;
    sum[2] += colour & 255;
    sum[3] += 1;
  }
  return sums.map(([red, green, blue, count]) => {
    const mean = (sum: number) => Math.round(sum / Math.max(count, 1));
    return [mean(red), mean(green), mean(blue)] as const;
  });
}
