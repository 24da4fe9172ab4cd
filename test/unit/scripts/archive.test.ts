import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript
import { tarGz, zip } from '../../../scripts/binaries/archive.mjs';
// @ts-expect-error plain JavaScript
import { fileIn } from '../../../scripts/binaries/fetch-part.mjs';

const FILES = [
  { name: 'program', content: Buffer.from('#!/bin/sh\necho it runs\n'), runs: true },
  { name: 'LICENSE', content: Buffer.alloc(100_000, 'words '), runs: false },
  { name: 'empty', content: Buffer.alloc(0), runs: false },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lecoder-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the same files make the same archive', () => {
  expect(tarGz(FILES).equals(tarGz(FILES))).toBe(true);
  expect(zip(FILES).equals(zip(FILES))).toBe(true);
});

test('our reader finds in a tar what is there, and nothing else', () => {
  const tar = gunzipSync(tarGz(FILES));
  for (const { name, content } of FILES) expect(fileIn(tar, name).equals(content)).toBe(true);
  expect(fileIn(tar, 'other')).toBeNull();
});

// `tar` is part of all three systems.
test('`tar` unpacks the one', () => {
  writeFileSync(join(folder, 'a.tar.gz'), tarGz(FILES));
  execFileSync('tar', ['-xzf', 'a.tar.gz'], { cwd: folder });
  check();
});

// Python reads zip archives everywhere, and checks their sums.
test('Python unpacks the other', () => {
  writeFileSync(join(folder, 'a.zip'), zip(FILES));
  const code =
    'import zipfile; z = zipfile.ZipFile("a.zip"); assert z.testzip() is None; z.extractall(); print([oct(i.external_attr >> 16) for i in z.infolist()])';
  const modes = execFileSync(process.env.LECODER_TEST_PYTHON ?? '', ['-c', code], { cwd: folder, encoding: 'utf8' });
  expect(modes.trim()).toBe("['0o100755', '0o100644', '0o100644']");
  check(false);
});

function check(modes = process.platform !== 'win32') {
  for (const { name, content, runs } of FILES) {
    expect(readFileSync(join(folder, name)).equals(content)).toBe(true);
    if (modes) expect(statSync(join(folder, name)).mode & 0o111).toBe(runs ? 0o111 : 0);
  }
}
