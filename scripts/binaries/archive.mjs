// Archives that are the same, byte for byte, whenever and wherever they are made of the same files.
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

const BLOCK = 512;
const LEVEL = { level: 9 };

/** `files` have a name, content, and whether they can be run. Returns a `.tar.gz`, with all times at the epoch. */
export function tarGz(files) {
  const parts = files.flatMap(({ name, content, runs }) => [
    tarHeader(name, content.length, runs),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]), LEVEL);
}

function tarHeader(name, size, runs) {
  const header = Buffer.alloc(BLOCK);
  const octal = (number, width) => `${number.toString(8).padStart(width - 1, '0')}\0`;
  header.write(name, 0, 100);
  header.write(octal(runs ? 0o755 : 0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** DOS knows no time before this. */
const FIRST_DAY_OF_1980 = 0x21;
const UNIX = 3 << 8;

/** The same as a `.zip`, with all times at the first that it can tell. */
export function zip(files) {
  const entries = [];
  let at = 0;
  for (const { name, content, runs } of files) {
    const packed = deflateRawSync(content, LEVEL);
    const common = zipCommon({ name, content, packed });
    const local = Buffer.concat([words([0x04034b50]), common, Buffer.from(name)]);
    const mode = (0o100000 | (runs ? 0o755 : 0o644)) * 0x10000;
    const central = Buffer.concat([
      words([0x02014b50]),
      halves([UNIX | 20]),
      common,
      halves([0, 0, 0]),
      words([mode, at]),
      Buffer.from(name),
    ]);
    entries.push({ local, packed, central });
    at += local.length + packed.length;
  }
  const directory = Buffer.concat(entries.map(({ central }) => central));
  const end = [words([0x06054b50]), halves([0, 0, entries.length, entries.length]), words([directory.length, at])];
  return Buffer.concat([...entries.flatMap(({ local, packed }) => [local, packed]), directory, ...end, halves([0])]);
}

/** What an entry and its line in the directory have in common. */
function zipCommon({ name, content, packed }) {
  const [flags, deflated, noTime, noExtra] = [0, 8, 0, 0];
  return Buffer.concat([
    halves([20, flags, deflated, noTime, FIRST_DAY_OF_1980]),
    words([crc32(content), packed.length, content.length]),
    halves([Buffer.byteLength(name), noExtra]),
  ]);
}

function words(numbers) {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [at, number] of numbers.entries()) bytes.writeUInt32LE(number, at * 4);
  return bytes;
}

function halves(numbers) {
  const bytes = Buffer.alloc(numbers.length * 2);
  for (const [at, number] of numbers.entries()) bytes.writeUInt16LE(number, at * 2);
  return bytes;
}
