// Checks the signature of a macOS executable as the kernel does: every byte of the file is in a page whose hash stands in
// the code directory, or is the signature itself. Knows more than our own signer writes, so that it can be held against
// the signatures of others.
import { createHash } from 'node:crypto';
import { readLayout, segmentNamed } from './mach-o.mjs';
import { CODE_DIRECTORY, SUPER_BLOB } from './mach-o-sign.mjs';

const SCATTER_FROM = 0x20100;
const EXEC_SEGMENT_FROM = 0x20400;
const HASHES = { 1: ['sha1', 20], 2: ['sha256', 32], 3: ['sha256', 20], 4: ['sha384', 48] };
const ADHOC = 0x2;
/** Parts whose hash stands in front of those of the pages, by their number: requirements, entitlements, and so on. */
const SPECIAL = [1, 2, 3, 4, 5, 6, 7];

/**
 * What is wrong with the signature, as sentences; none when it holds. Also returns how many pages were compared and what
 * the signature calls the program.
 */
export function verifySignature(file) {
  const layout = readLayout(file);
  if (layout.signature === null) return { faults: ['there is no signature'], pages: 0, identifier: null, adHoc: false };
  const faults = [];
  const expect = (holds, fault) => {
    if (!holds) faults.push(fault);
  };
  const { offset, bytes } = layout.signature;
  const linkedit = segmentNamed(layout, '__LINKEDIT');
  expect(offset + bytes === file.length, 'bytes follow the signature');
  expect(offset % 16 === 0, 'the signature is not aligned');
  expect(linkedit.offset + linkedit.bytes === file.length, '__LINKEDIT does not reach to the end of the file');
  checkSegments(file, layout, expect);
  const parts = readParts(file.subarray(offset, offset + bytes), expect);
  const directories = [...parts].filter(([, part]) => part.readUInt32BE(0) === CODE_DIRECTORY);
  expect(parts.get(0)?.readUInt32BE(0) === CODE_DIRECTORY, 'there is no code directory');
  let pages = 0;
  for (const [, directory] of directories) pages += checkDirectory({ file, layout, parts, directory, expect });
  const [, first] = directories[0] ?? [];
  return {
    faults,
    pages,
    identifier: first === undefined ? null : textAt(first, first.readUInt32BE(20)),
    adHoc: first !== undefined && (first.readUInt32BE(12) & ADHOC) !== 0,
  };
}

const ARM64 = 0x0100000c;

/** The kernel maps whole pages, each segment by itself, one behind the other. */
function checkSegments(file, { segments }, expect) {
  const page = file.readUInt32LE(4) === ARM64 ? 0x4000 : 0x1000;
  let [memoryEnd, fileEnd] = [0, 0];
  for (const { name, address, memory, offset, bytes } of segments) {
    expect(address % page === 0 && offset % page === 0, `${name} does not begin at a page`);
    expect(memory >= bytes, `${name} has less memory than bytes`);
    expect(address >= memoryEnd && (bytes === 0 || offset >= fileEnd), `${name} lies over another segment`);
    memoryEnd = address + memory;
    fileEnd = Math.max(fileEnd, offset + bytes);
  }
}

function readParts(signature, expect) {
  expect(signature.readUInt32BE(0) === SUPER_BLOB, 'the signature begins with something else');
  expect(signature.readUInt32BE(4) <= signature.length, 'the signature is longer than its place');
  const parts = new Map();
  for (let index = 0; index < signature.readUInt32BE(8); index += 1) {
    const kind = signature.readUInt32BE(12 + index * 8);
    const at = signature.readUInt32BE(16 + index * 8);
    parts.set(kind, signature.subarray(at, at + signature.readUInt32BE(at + 4)));
  }
  return parts;
}

/** Returns the number of pages. */
function checkDirectory({ file, layout, parts, directory, expect }) {
  const [version, , hashesAt, , specials, pages, limit] = Array.from({ length: 7 }, (_, index) =>
    directory.readUInt32BE(8 + index * 4),
  );
  const [algorithm, length] = HASHES[directory[37]] ?? [];
  const size = 2 ** directory[39];
  expect(algorithm !== undefined && directory[36] === length, `hashes of an unknown kind ${directory[37]}`);
  expect(limit === layout.signature.offset, 'not everything before the signature is signed');
  expect(pages === Math.ceil(limit / size), 'pages are missing');
  expect(hashesAt + pages * length <= directory.length, 'hashes are missing');
  if (version >= SCATTER_FROM) expect(directory.readUInt32BE(44) === 0, 'the pages are scattered');
  if (version >= EXEC_SEGMENT_FROM) checkExecSegment(directory, layout, expect);
  const hashOf = content => createHash(algorithm).update(content).digest().subarray(0, length);
  const written = slot => directory.subarray(hashesAt + slot * length, hashesAt + (slot + 1) * length);
  for (let page = 0; page < pages; page += 1) {
    const content = file.subarray(page * size, Math.min((page + 1) * size, limit));
    expect(hashOf(content).equals(written(page)), `page ${page} has another hash`);
  }
  for (const kind of SPECIAL.filter(kind => kind <= specials && parts.has(kind)))
    expect(hashOf(parts.get(kind)).equals(written(-kind)), `part ${kind} has another hash`);
  return pages;
}

function checkExecSegment(directory, layout, expect) {
  const text = segmentNamed(layout, '__TEXT');
  expect(Number(directory.readBigUInt64BE(64)) === text.offset, 'the signed program begins elsewhere');
  expect(Number(directory.readBigUInt64BE(72)) === text.bytes, 'the signed program has another length');
}

function textAt(bytes, at) {
  return bytes.toString('utf8', at, bytes.indexOf(0, at));
}
