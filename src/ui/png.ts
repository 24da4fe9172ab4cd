import { inflateSync } from 'node:zlib';

/** Pixels in rows from the top, four bytes each: red, green, blue, alpha. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Samples a pixel has, by colour type: grey, RGB, palette, grey and alpha, RGB and alpha. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Larger images would take long to look at, and longer to draw. */
const MOST_PIXELS = 32_000_000;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly type: number;
}

interface Chunks {
  readonly header: Header;
  readonly palette: Uint8Array;
  readonly transparency: Uint8Array;
  readonly image: Uint8Array;
}

/** Decodes a PNG; null for one that is broken, interlaced or very large. Source: the PNG specification, third edition. */
export function decodePng(file: Uint8Array): Pixels | null {
  try {
    const chunks = readChunks(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
    return chunks === null ? null : pixelsOf(chunks);
  } catch {
    return null; // too short, or not compressed as it says
  }
}

function readChunks(file: Buffer): Chunks | null {
  if (!file.subarray(0, 8).equals(SIGNATURE)) return null;
  const parts = new Map<string, Buffer[]>();
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    parts.set(type, [...(parts.get(type) ?? []), file.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  const [head] = parts.get('IHDR') ?? [];
  if (head === undefined || head[12] !== 0) return null; // interlaced
  const width = head.readUInt32BE(0);
  const height = head.readUInt32BE(4);
  if (width === 0 || height === 0 || width * height > MOST_PIXELS) return null;
  return {
    header: { width, height, depth: head.readUInt8(8), type: head.readUInt8(9) },
    palette: Buffer.concat(parts.get('PLTE') ?? []),
    transparency: Buffer.concat(parts.get('tRNS') ?? []),
    image: inflateSync(Buffer.concat(parts.get('IDAT') ?? [])),
  };
}

function pixelsOf({ header, palette, transparency, image }: Chunks): Pixels | null {
  const { width, height, depth, type } = header;
  const channels = CHANNELS[type];
  if (channels === undefined) return null;
  const stride = Math.ceil((width * channels * depth) / 8);
  if (image.length < height * (stride + 1)) return null;
  unfilter(image, { stride, height, step: Math.max(1, (channels * depth) / 8) });
  const data = new Uint8Array(width * height * 4);
  const sample = sampler(image, { depth, channels, stride });
  const most = 2 ** depth - 1;
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, to += 4) {
      if (type === 3) {
        const entry = sample(x, y, 0);
        data.set(palette.subarray(entry * 3, entry * 3 + 3), to);
        data[to + 3] = transparency[entry] ?? 255;
        continue;
      }
      const colours = type === 2 || type === 6 ? 3 : 1;
      for (let each = 0; each < 3; each += 1)
        data[to + each] = Math.round((sample(x, y, Math.min(each, colours - 1)) * 255) / most);
      data[to + 3] = channels > colours ? Math.round((sample(x, y, colours) * 255) / most) : 255;
    }
  }
  return { width, height, data };
}

interface Layout {
  readonly depth: number;
  readonly channels: number;
  readonly stride: number;
}

/** Reads one sample of a pixel, whatever its depth. */
function sampler(image: Uint8Array, { depth, channels, stride }: Layout) {
  return (x: number, y: number, channel: number): number => {
    const row = y * (stride + 1) + 1;
    const index = x * channels + channel;
    if (depth === 8) return image[row + index] ?? 0;
    if (depth === 16) return (image[row + 2 * index] ?? 0) * 256 + (image[row + 2 * index + 1] ?? 0);
    const bit = index * depth;
    return ((image[row + (bit >> 3)] ?? 0) >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  };
}

interface Rows {
  readonly stride: number;
  readonly height: number;
  /** Bytes from a pixel to the next, at least one. */
  readonly step: number;
}

/** Puts back what each row left out because the pixels beside and above tell it, in place. */
function unfilter(image: Uint8Array, { stride, height, step }: Rows): void {
  for (let y = 0; y < height; y += 1) {
    const row = y * (stride + 1) + 1;
    const filter = image[row - 1] ?? 0;
    if (filter === 0) continue;
    for (let x = 0; x < stride; x += 1) {
      const left = x < step ? 0 : (image[row + x - step] ?? 0);
      const above = y === 0 ? 0 : (image[row + x - stride - 1] ?? 0);
      const corner = x < step || y === 0 ? 0 : (image[row + x - stride - 1 - step] ?? 0);
      image[row + x] = (image[row + x] ?? 0) + guess(filter, left, above, corner);
    }
  }
}

function guess(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const [toLeft, toAbove, toCorner] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
