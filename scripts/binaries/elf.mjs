// Linux executables: leaves out what only a debugger reads.

const HEADER = { sections: 0x28, size: 0x3a, count: 0x3c, names: 0x3e };
const SECTION = { type: 4, flags: 8, offset: 24, bytes: 32, link: 40, info: 44, align: 48 };
const ALLOCATED = 2n;
const NO_BITS = 8;

/**
 * A 64-bit little-endian ELF file without symbols and other sections that are not loaded. What is loaded stays where it
 * is, bit for bit; the names of the sections and their table follow it.
 */
export function strip(file) {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1)
    throw new Error('not a 64-bit little-endian ELF file');
  const sections = readSections(file);
  const names = file.readUInt16LE(HEADER.names);
  const kept = sections.filter(({ index, flags }) => index === 0 || index === names || (flags & ALLOCATED) !== 0n);
  const loaded = kept.filter(({ index, type }) => index !== 0 && index !== names && type !== NO_BITS);
  const end = Math.max(...loaded.map(({ offset, bytes }) => offset + bytes), endOfSegments(file));
  const { offset, bytes } = sections[names];
  const head = Buffer.from(file.subarray(0, end));
  const text = file.subarray(offset, offset + bytes);
  const gap = Buffer.alloc((8 - ((end + bytes) % 8)) % 8);
  const places = new Map(kept.map((section, at) => [section.index, at]));
  const table = kept.map(section => moved(section, { places, nameTable: names, namesAt: end }));
  head.writeBigUInt64LE(BigInt(end + bytes + gap.length), HEADER.sections);
  head.writeUInt16LE(kept.length, HEADER.count);
  head.writeUInt16LE(places.get(names), HEADER.names);
  return Buffer.concat([head, text, gap, ...table]);
}

function readSections(file) {
  const at = Number(file.readBigUInt64LE(HEADER.sections));
  const size = file.readUInt16LE(HEADER.size);
  return Array.from({ length: file.readUInt16LE(HEADER.count) }, (_, index) => {
    const entry = file.subarray(at + index * size, at + (index + 1) * size);
    return {
      index,
      entry,
      type: entry.readUInt32LE(SECTION.type),
      flags: entry.readBigUInt64LE(SECTION.flags),
      offset: Number(entry.readBigUInt64LE(SECTION.offset)),
      bytes: Number(entry.readBigUInt64LE(SECTION.bytes)),
    };
  });
}

/** Where the last byte that a program header names ends. */
function endOfSegments(file) {
  const at = Number(file.readBigUInt64LE(0x20));
  const size = file.readUInt16LE(0x36);
  const ends = Array.from({ length: file.readUInt16LE(0x38) }, (_, index) => {
    const entry = at + index * size;
    return Number(file.readBigUInt64LE(entry + 8) + file.readBigUInt64LE(entry + 32));
  });
  return Math.max(...ends);
}

/** The entry of a section in the new table: references to other sections follow them to their new places. */
function moved({ index, entry, type }, { places, nameTable, namesAt }) {
  const copy = Buffer.from(entry);
  copy.writeUInt32LE(places.get(entry.readUInt32LE(SECTION.link)) ?? 0, SECTION.link);
  const INFO_IS_SECTION = 0x40n;
  const relocations = type === 4 || type === 9 || (entry.readBigUInt64LE(SECTION.flags) & INFO_IS_SECTION) !== 0n;
  if (relocations) copy.writeUInt32LE(places.get(entry.readUInt32LE(SECTION.info)) ?? 0, SECTION.info);
  if (index === nameTable) {
    copy.writeBigUInt64LE(BigInt(namesAt), SECTION.offset);
    copy.writeBigUInt64LE(1n, SECTION.align);
  }
  return copy;
}
