import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript
import { strip } from '../../../scripts/binaries/elf.mjs';
// @ts-expect-error plain JavaScript
import * as pe from '../../../scripts/binaries/pe.mjs';

const SIGNATURE = 512;

/** The headers of a Windows program, some content, and a signature at its end. */
function windowsProgram(): Buffer {
  const file = Buffer.alloc(4096 + SIGNATURE, 0x5a);
  const header = 0x80;
  file.writeUInt32LE(header, 0x3c);
  file.writeUInt32BE(0x50450000, header);
  file.writeUInt16LE(0x20b, header + 24);
  file.writeUInt32LE(4096, header + 24 + 112 + 4 * 8);
  file.writeUInt32LE(SIGNATURE, header + 24 + 112 + 4 * 8 + 4);
  return pe.setChecksum(file);
}

test('a signature of Windows comes off, with the words that point at it, and the checksum is right', () => {
  const signed = windowsProgram();
  expect(pe.isSigned(signed)).toBe(true);
  const bare = pe.removeAuthenticode(signed);
  expect(bare.length).toBe(4096);
  expect(pe.isSigned(bare)).toBe(false);
  expect(pe.writtenChecksum(bare)).toBe(pe.checksumOf(bare));
  expect(pe.removeAuthenticode(bare)).toBe(bare);
});

test('a signature in the middle of the file is refused', () => {
  expect(() => pe.removeAuthenticode(Buffer.concat([windowsProgram(), Buffer.alloc(8)]))).toThrow('not the last thing');
  expect(() => pe.removeAuthenticode(Buffer.alloc(4096))).toThrow('not a 64-bit Windows executable');
});

test('the checksum is the one that the format describes', () => {
  const file = windowsProgram().subarray(0, 1024);
  const words = Array.from({ length: file.length / 2 }, (_, at) => file.readUInt16LE(at * 2));
  const field = (0x80 + 24 + 64) / 2;
  words[field] = words[field + 1] = 0;
  const sum = words.reduce((total, word) => total + word, 0);
  const folded = (sum & 0xffff) + (sum >>> 16);
  expect(pe.checksumOf(file)).toBe((folded & 0xffff) + (folded >>> 16) + file.length);
});

if (process.platform === 'win32') {
  test('the checksum of the Node that runs this is the one in its header', () => {
    const node = readFileSync(process.execPath);
    expect(pe.checksumOf(node)).toBe(pe.writtenChecksum(node));
  });
}

if (process.platform === 'linux') {
  test('a Linux program without its symbols is no longer, and runs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lecoder-strip-'));
    try {
      const whole = readFileSync(process.execPath);
      const stripped: Buffer = strip(whole);
      expect(stripped.length).toBeLessThanOrEqual(whole.length);
      expect(strip(stripped).equals(stripped)).toBe(true);
      const program = join(folder, 'node');
      writeFileSync(program, stripped, { mode: 0o755 });
      expect(execFileSync(program, ['-p', '6 * 7'], { encoding: 'utf8' })).toBe('42\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test('what is no Linux program is refused', () => {
  expect(() => strip(Buffer.alloc(100))).toThrow('not a 64-bit little-endian ELF file');
});
