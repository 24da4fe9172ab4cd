// Signs macOS executables ad hoc, that is by their hashes alone: without any signature an ARM Mac starts nothing. What is
// written is what Apple's linker writes by itself. All numbers in a signature are big-endian. Layouts are those of
// `osfmk/kern/cs_blobs.h` in Apple's published XNU sources.
import { createHash } from 'node:crypto';
import { CODE_SIGNATURE, readLayout, resizeLinkedit, segmentNamed } from './mach-o.mjs';

export const SUPER_BLOB = 0xfade0cc0;
export const CODE_DIRECTORY = 0xfade0c02;
const VERSION = 0x20400;
const ADHOC_BY_LINKER = 0x20002;
const SHA256 = { kind: 2, bytes: 32 };
const PAGE_BITS = 12;
const MAIN_BINARY = 1n;
const DIRECTORY_SIZE = 88;
const SUPER_BLOB_SIZE = 20;
const COMMAND_SIZE = 16;

/** A signed copy of a file that has no signature. `identifier` is the name that the signature gives the program. */
export function signAdHoc(file, identifier) {
  const before = readLayout(file);
  const linkedit = segmentNamed(before, '__LINKEDIT');
  if (before.signature !== null) throw new Error('the file is signed already');
  if (linkedit.offset + linkedit.bytes !== file.length) throw new Error('__LINKEDIT is not the last thing in the file');
  if (before.room < COMMAND_SIZE) throw new Error('no room for another load command');
  const limit = Math.ceil(file.length / 16) * 16;
  const pages = Math.ceil(limit / 2 ** PAGE_BITS);
  const ident = Buffer.from(`${identifier}\0`);
  const length = SUPER_BLOB_SIZE + DIRECTORY_SIZE + ident.length + pages * SHA256.bytes;
  const room = Math.ceil(length / 16) * 16;
  const signed = Buffer.concat([file, Buffer.alloc(limit + room - file.length)]);
  addCommand(signed, before, { offset: limit, bytes: room });
  resizeLinkedit(signed, linkedit, limit + room - linkedit.offset);
  const text = segmentNamed(before, '__TEXT');
  const directory = codeDirectory({ ident, limit, pages, text });
  const hashes = pageHashes(signed.subarray(0, limit), 2 ** PAGE_BITS);
  Buffer.concat([superBlob(length), directory, ident, ...hashes]).copy(signed, limit);
  return signed;
}

function addCommand(file, { commands, end }, { offset, bytes }) {
  if (file.subarray(end, end + COMMAND_SIZE).some(byte => byte !== 0))
    throw new Error('the place of the load command is taken');
  file.writeUInt32LE(CODE_SIGNATURE, end);
  file.writeUInt32LE(COMMAND_SIZE, end + 4);
  file.writeUInt32LE(offset, end + 8);
  file.writeUInt32LE(bytes, end + 12);
  file.writeUInt32LE(commands.length + 1, 16);
  file.writeUInt32LE(file.readUInt32LE(20) + COMMAND_SIZE, 20);
}

/** With one part in it: the code directory, which is always part 0. */
function superBlob(length) {
  return bigEndian([SUPER_BLOB, length, 1, 0, SUPER_BLOB_SIZE]);
}

function codeDirectory({ ident, limit, pages, text }) {
  const directory = Buffer.alloc(DIRECTORY_SIZE);
  const hashesAt = DIRECTORY_SIZE + ident.length;
  const length = hashesAt + pages * SHA256.bytes;
  const noSpecialSlots = 0;
  bigEndian([
    CODE_DIRECTORY,
    length,
    VERSION,
    ADHOC_BY_LINKER,
    hashesAt,
    DIRECTORY_SIZE,
    noSpecialSlots,
    pages,
    limit,
  ]).copy(directory);
  directory.set([SHA256.bytes, SHA256.kind, 0, PAGE_BITS], 36);
  directory.writeBigUInt64BE(BigInt(text.offset), 64);
  directory.writeBigUInt64BE(BigInt(text.bytes), 72);
  directory.writeBigUInt64BE(MAIN_BINARY, 80);
  return directory;
}

export function pageHashes(content, size) {
  return Array.from({ length: Math.ceil(content.length / size) }, (_, page) =>
    createHash('sha256')
      .update(content.subarray(page * size, (page + 1) * size))
      .digest(),
  );
}

function bigEndian(numbers) {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [at, number] of numbers.entries()) bytes.writeUInt32BE(number, at * 4);
  return bytes;
}
