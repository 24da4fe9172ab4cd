import { gunzipSync, inflateRawSync } from 'node:zlib';
import { Failure } from '../../core/failure.ts';

/**
 * The program in an archive of a release. Reads what `npm run binaries` packs and no more: plain files, without
 * extensions. Throws `transferFailed` for anything else.
 */
export function programIn(archive: Uint8Array, name: string, kind: 'tar.gz' | 'zip'): Uint8Array {
  let found: Uint8Array | null;
  try {
    found = kind === 'zip' ? fromZip(Buffer.from(archive), name) : fromTar(gunzipSync(archive), name);
  } catch (cause) {
    throw new Failure('transferFailed', 'the archive cannot be read', { cause });
  }
  if (found === null) throw new Failure('transferFailed', `the archive has no \`${name}\``, { retryable: false });
  return found;
}

const BLOCK = 512;

function fromTar(tar: Buffer, wanted: string): Uint8Array | null {
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const field = (from: number, length: number) => tar.toString('utf8', at + from, at + from + length).split('\0')[0];
    const size = Number.parseInt(field(124, 12) ?? '', 8);
    if (field(0, 100) === wanted) return tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return null;
}

const [LOCAL_FILE, LOCAL_HEAD] = [0x04034b50, 30];

/** From file to file; lengths stand before the content, as they do where the packer knew them. */
function fromZip(zip: Buffer, wanted: string): Uint8Array | null {
  for (let at = 0; at + LOCAL_HEAD <= zip.length && zip.readUInt32LE(at) === LOCAL_FILE; ) {
    const packed = zip.readUInt32LE(at + 18);
    const nameEnd = at + LOCAL_HEAD + zip.readUInt16LE(at + 26);
    const start = nameEnd + zip.readUInt16LE(at + 28);
    const content = zip.subarray(start, start + packed);
    if (zip.toString('utf8', at + LOCAL_HEAD, nameEnd) === wanted)
      return zip.readUInt16LE(at + 8) === 0 ? content : inflateRawSync(content);
    at = start + packed;
  }
  return null;
}
