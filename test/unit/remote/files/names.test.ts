import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isFailure } from '../../../../src/core/failure.ts';
import { checkInner, partOf } from '../../../../src/remote/files/names.ts';

describe('the part file', () => {
  test('lies beside the file and is hidden', () => {
    expect(partOf('/a/b/model.bin')).toBe('/a/b/.model.bin.lecoder-part');
  });

  test.each(['x'.repeat(255), '文'.repeat(85)])('has a name that every file system takes: %s', name => {
    const part = partOf(`/a/${name}`);
    expect(dirname(part)).toBe('/a');
    expect(Buffer.byteLength(basename(part))).toBeLessThanOrEqual(255);
    expect(part).not.toBe(partOf(`/a/${name.slice(1)}y`));
  });
});

describe('a path from the other side', () => {
  test.each(['a', 'a/b', '.hidden/-rf', 'line\nend', 'CON', 'a:b', 'ends.', 'файл/文件'])('%j may be here', path => {
    expect(() => checkInner(path, 'linux')).not.toThrow();
  });

  test.each(['..', '../a', 'a/../../b', '/etc/passwd', 'a//b', 'a/', '.', 'nul\0'])('%j may be nowhere', path => {
    for (const platform of ['linux', 'win32'] as const)
      expect(() => checkInner(path, platform)).toThrow(expect.toSatisfy(error => isFailure(error, 'transferFailed')));
  });

  test.each(['CON', 'con.txt', 'a/aux', 'com1.log', 'LPT9', 'a:b', 'x?', 'ends.', 'blank ', 'back\\slash', 'tab\t'])(
    '%j may not be on Windows',
    path => {
      expect(() => checkInner(path, 'win32')).toThrow('Windows allows no file of that name');
    },
  );

  test.each(['console', 'com10', 'auxiliary.txt', '.con', 'a b'])('%j may be on Windows', path => {
    expect(() => checkInner(path, 'win32')).not.toThrow();
  });
});
