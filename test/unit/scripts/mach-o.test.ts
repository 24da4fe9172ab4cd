import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript
import { readLayout, removeSignature } from '../../../scripts/binaries/mach-o.mjs';
// @ts-expect-error plain JavaScript
import { signAdHoc } from '../../../scripts/binaries/mach-o-sign.mjs';
// @ts-expect-error plain JavaScript
import { verifySignature } from '../../../scripts/binaries/mach-o-verify.mjs';

const PAGE = 4096;
const SEGMENT = 0x19;
const X64 = 0x01000007;
const LINKEDIT_BYTES = 5000;

/** A program of two segments, two pages of text and some bytes of the linker's, as a linker lays it out. */
function program(): Buffer {
  const file = Buffer.alloc(2 * PAGE + LINKEDIT_BYTES, 0xab);
  const [text, linkedit] = [segment('__TEXT', 0, 2 * PAGE, 1), segment('__LINKEDIT', 2 * PAGE, LINKEDIT_BYTES, 0)];
  const header = Buffer.alloc(32);
  for (const [at, number] of [0xfeedfacf, X64, 0, 2, 2, text.length + linkedit.length].entries())
    header.writeUInt32LE(number, at * 4);
  file.fill(0, 0, 1024);
  Buffer.concat([header, text, linkedit]).copy(file);
  return file;
}

function segment(name: string, offset: number, bytes: number, sections: number): Buffer {
  const command = Buffer.alloc(72 + sections * 80);
  command.writeUInt32LE(SEGMENT, 0);
  command.writeUInt32LE(command.length, 4);
  command.write(name, 8);
  for (const [at, number] of [0x100000000 + offset, bytes, offset, bytes].entries())
    command.writeBigUInt64LE(BigInt(number), 24 + at * 8);
  command.writeUInt32LE(sections, 64);
  if (sections > 0) command.writeUInt32LE(1024, 72 + 48);
  return command;
}

test('what is signed holds, and says that nobody stands behind it', () => {
  const signed = signAdHoc(program(), 'lecoder-cgpu');
  expect(verifySignature(signed)).toEqual({ faults: [], pages: 4, identifier: 'lecoder-cgpu', adHoc: true });
});

test('signing changes nothing but the list of load commands and the end of the file', () => {
  const before = program();
  const signed = signAdHoc(before, 'x');
  const { end } = readLayout(signed);
  expect(signed.subarray(end, before.length).equals(before.subarray(end))).toBe(true);
  expect(readLayout(signed).commands.slice(0, 2)).toEqual(readLayout(before).commands);
});

test('the signature comes off again', () => {
  const before = program();
  const bare = removeSignature(signAdHoc(before, 'x'));
  expect(readLayout(bare)).toMatchObject({ signature: null, end: readLayout(before).end });
  expect(bare.subarray(0, before.length).subarray(1024).equals(before.subarray(1024))).toBe(true);
  expect(removeSignature(before)).toBe(before);
});

test('one changed byte anywhere before the signature is noticed, and which page it is in', () => {
  const signed = signAdHoc(program(), 'x');
  const { signature } = readLayout(signed);
  for (let at = 2000; at < signature.offset; at += 997) {
    const changed = Buffer.from(signed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(verifySignature(changed).faults).toEqual([`page ${Math.floor(at / PAGE)} has another hash`]);
  }
});

test('a file without a signature, one with something behind it and one that is no program are told apart', () => {
  expect(verifySignature(program()).faults).toEqual(['there is no signature']);
  const longer = Buffer.concat([signAdHoc(program(), 'x'), Buffer.alloc(16)]);
  expect(verifySignature(longer).faults).toContain('bytes follow the signature');
  expect(() => verifySignature(Buffer.from('#!/bin/sh\n'.repeat(9)))).toThrow('not a 64-bit Mach-O file');
});

test('segments that no kernel would map are named', () => {
  const signed = signAdHoc(program(), 'x');
  const [, linkedit] = readLayout(signed).segments;
  signed.writeBigUInt64LE(BigInt(0x100000000 + PAGE), linkedit.at + 24);
  expect(verifySignature(signed).faults).toEqual(['__LINKEDIT lies over another segment', 'page 0 has another hash']);
});

test('a program that has a signature, or no room for one, is refused', () => {
  expect(() => signAdHoc(signAdHoc(program(), 'x'), 'x')).toThrow('signed already');
  const full = program();
  full.writeUInt32LE(readLayout(full).end + 8, 32 + 72 + 48);
  expect(() => signAdHoc(full, 'x')).toThrow('no room');
});

// The signatures of others can be held against the verifier where there are any; on every build it checks those of Node.
if (process.platform === 'darwin') {
  test('the signature of the Node that runs this holds', () => {
    expect(verifySignature(readFileSync(process.execPath)).faults).toEqual([]);
  });
}
