// macOS executables: reading their layout, and taking a signature off.

const MAGIC_64 = 0xfeedfacf;
const HEADER_SIZE = 32;
const SEGMENT = 0x19;
export const CODE_SIGNATURE = 0x1d;
const PAGE = 0x4000;

/** What of a 64-bit Mach-O file signing has to know. Offsets are from the start of the file. */
export function readLayout(file) {
  if (file.readUInt32LE(0) !== MAGIC_64) throw new Error('not a 64-bit Mach-O file');
  const [count, size] = [file.readUInt32LE(16), file.readUInt32LE(20)];
  const commands = [];
  for (let at = HEADER_SIZE; commands.length < count; ) {
    const command = { at, kind: file.readUInt32LE(at), size: file.readUInt32LE(at + 4) };
    if (command.size < 8 || command.size % 8 !== 0) throw new Error(`a load command of ${command.size} bytes`);
    commands.push(command);
    at += command.size;
  }
  const end = HEADER_SIZE + size;
  const last = commands.at(-1);
  if (last !== undefined && last.at + last.size !== end) throw new Error('the load commands do not add up');
  const segments = commands.filter(({ kind }) => kind === SEGMENT).map(({ at }) => readSegment(file, at));
  return { commands, end, segments, room: firstContent(segments) - end, signature: readSignature(file, commands) };
}

function readSegment(file, at) {
  const number = offset => Number(file.readBigUInt64LE(at + offset));
  const sections = Array.from({ length: file.readUInt32LE(at + 64) }, (_, index) =>
    file.readUInt32LE(at + 72 + index * 80 + 48),
  );
  return {
    at,
    name: file.toString('latin1', at + 8, at + 24).replace(/\0.*$/s, ''),
    address: number(24),
    memory: number(32),
    offset: number(40),
    bytes: number(48),
    sections: sections.filter(offset => offset > 0),
  };
}

/** Load commands may grow up to here. */
function firstContent(segments) {
  return Math.min(...segments.flatMap(({ sections }) => sections));
}

function readSignature(file, commands) {
  const command = commands.find(({ kind }) => kind === CODE_SIGNATURE);
  if (command === undefined) return null;
  return { command, offset: file.readUInt32LE(command.at + 8), bytes: file.readUInt32LE(command.at + 12) };
}

export function segmentNamed(layout, name) {
  const found = layout.segments.find(segment => segment.name === name);
  if (found === undefined) throw new Error(`no segment ${name}`);
  return found;
}

/** Gives the last segment, which the linker's tables and the signature lie in, this many bytes of the file. */
export function resizeLinkedit(file, segment, bytes) {
  file.writeBigUInt64LE(BigInt(bytes), segment.at + 48);
  file.writeBigUInt64LE(BigInt(Math.ceil(bytes / PAGE) * PAGE), segment.at + 32);
}

/** The file without its signature, as the linker left it. */
export function removeSignature(file) {
  const layout = readLayout(file);
  const { signature } = layout;
  if (signature === null) return file;
  if (signature.offset + signature.bytes !== file.length)
    throw new Error('the signature is not the last thing in the file');
  if (signature.command !== layout.commands.at(-1)) throw new Error('the signature is not the last load command');
  const bare = Buffer.from(file.subarray(0, signature.offset));
  const linkedit = segmentNamed(layout, '__LINKEDIT');
  resizeLinkedit(bare, linkedit, signature.offset - linkedit.offset);
  bare.fill(0, signature.command.at, signature.command.at + signature.command.size);
  bare.writeUInt32LE(layout.commands.length - 1, 16);
  bare.writeUInt32LE(layout.end - HEADER_SIZE - signature.command.size, 20);
  return bare;
}
