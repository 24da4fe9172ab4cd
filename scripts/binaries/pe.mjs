// Windows executables: takes off the signature of those who built Node, which what is written into the file breaks.

const SIGNATURE_ENTRY = 4;

/** A PE32+ file without its Authenticode signature, as if it had never been signed. */
export function removeAuthenticode(file) {
  const { directory, checksum } = layout(file);
  const entry = directory + SIGNATURE_ENTRY * 8;
  const [offset, size] = [file.readUInt32LE(entry), file.readUInt32LE(entry + 4)];
  if (size === 0) return file;
  if (offset + size !== file.length) throw new Error('the signature is not the last thing in the file');
  const bare = Buffer.from(file.subarray(0, offset));
  bare.writeUInt32LE(0, entry);
  bare.writeUInt32LE(0, entry + 4);
  bare.writeUInt32LE(checksumOf(bare), checksum);
  return bare;
}

/** Whether the file carries a signature, valid or not. */
export function isSigned(file) {
  return file.readUInt32LE(layout(file).directory + SIGNATURE_ENTRY * 8 + 4) !== 0;
}

/** Writes the checksum that belongs to the content. Returns the same buffer. */
export function setChecksum(file) {
  file.writeUInt32LE(checksumOf(file), layout(file).checksum);
  return file;
}

/** The sum of the PE header's field: 16-bit words with the carry added back, its own field taken as zero, plus the length. */
export function checksumOf(file) {
  const { checksum } = layout(file);
  let sum = 0;
  for (let at = 0; at < file.length; at += 2) {
    if (at === checksum || at === checksum + 2) continue;
    sum += at + 1 < file.length ? file.readUInt16LE(at) : file[at];
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  return (sum & 0xffff) + file.length;
}

export const writtenChecksum = file => file.readUInt32LE(layout(file).checksum);

function layout(file) {
  const header = file.readUInt32LE(0x3c);
  const optional = header + 24;
  if (file.readUInt32BE(header) !== 0x50450000 || file.readUInt16LE(optional) !== 0x20b)
    throw new Error('not a 64-bit Windows executable');
  return { checksum: optional + 64, directory: optional + 112 };
}
