import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session, SessionList } from '../../../src/core/session.ts';
import { createOnce, moveAside, writeAtomic } from '../../../src/store/atomic-file.ts';
import { jsonFault } from '../../../src/store/json-fault.ts';
import { linesBackwards } from '../../../src/store/lines-backwards.ts';
import { locks } from '../../../src/store/lock.ts';
import { sessionBook } from '../../../src/store/session-book.ts';
import { testHost } from '../../support/test-host.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lecoder-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mode = (path: string) => statSync(path).mode & 0o777;

describe('atomic files', () => {
  test('are 0600 in 0700 folders and leave nothing beside them', () => {
    const path = join(folder, 'a', 'b', 'file.json');
    writeAtomic(path, 'one');
    writeAtomic(path, Buffer.from('two'));
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect([mode(path), mode(join(folder, 'a', 'b')), mode(join(folder, 'a'))]).toEqual([0o600, 0o700, 0o700]);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['file.json']);
  });

  test('are made once where that is asked for', () => {
    const path = join(folder, 'key');
    createOnce(path, () => 'first');
    createOnce(path, () => 'second');
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['key']);
  });

  test('that cannot be written say so', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => writeAtomic(join(folder, 'file', 'below'), '')).toThrow();
  });

  test('moved aside are readable for the owner alone', () => {
    const path = join(folder, 'file.json');
    writeFileSync(path, 'x');
    chmodSync(path, 0o644);
    const aside = moveAside(path, new Date('2026-01-02T03:04:05.678Z'));
    expect(aside).toBe(`${path}.damaged-20260102T030405678Z`);
    expect(mode(aside ?? '')).toBe(0o600);
    expect(moveAside(path, new Date())).toBeNull();
  });
});

describe('lines backwards', () => {
  test.each([
    ['', []],
    ['a', ['a']],
    ['a\nb\n', ['b', 'a']],
    ['\n\na\n\nb', ['b', 'a']],
    [`${'é'.repeat(50_000)}\nz\n${'x'.repeat(70_000)}\n`, ['x'.repeat(70_000), 'z', 'é'.repeat(50_000)]],
  ])('case %#', (text, lines) => {
    writeFileSync(join(folder, 'file'), text);
    expect([...linesBackwards(join(folder, 'file'))]).toEqual(lines);
  });

  test('are those of splitting, whatever the lengths', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${index}:${'ü'.repeat((index * 37) % 91)}`);
    writeFileSync(join(folder, 'file'), `${lines.join('\n')}\n`);
    expect([...linesBackwards(join(folder, 'file'))]).toEqual(lines.toReversed());
  });

  test('of no file are none', () => {
    expect([...linesBackwards(join(folder, 'none'))]).toEqual([]);
  });
});

test.each([
  ['{"a": 1,}', 1, 9],
  ['{"a" 1}', 1, 6],
  ['', 1, 1],
  ['{\n  "a": tru\n}', 2, 8],
  ['[1, 2', 1, 6],
  ['{"a": 1}\nx', 2, 1],
  ['{a: 1}', 1, 2],
  ['[1 2]', 1, 4],
  ["{'a': 1}", 1, 2],
  ['[01]', 1, 2],
])('%j is no JSON from line %i, column %i on', (text, line, column) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonFault(text)).toEqual({ line, column });
});

const SESSION: Session = {
  id: 'id-1',
  name: 'work',
  provider: 'local',
  runtime: {
    id: 'local',
    provider: 'local',
    label: 'local',
    variant: 'cpu',
    accelerator: null,
    createdAt: null,
  },
  kernelId: null,
  helperKernelId: null,
  sharedKernel: false,
  keepAliveUntil: null,
  createdAt: '2026-01-02T03:04:05.000Z',
  lastActivity: '2026-01-02T03:04:05.000Z',
};

describe('the session book', () => {
  function open() {
    const host = testHost({ real: true });
    const warnings: string[] = [];
    const path = join(folder, 'state', 'sessions.json');
    const book = sessionBook({
      path,
      host,
      locks: locks(host, join(folder, 'state')),
      warn: text => void warnings.push(text),
    });
    const put = (text: string) => {
      mkdirSync(join(folder, 'state'), { recursive: true });
      writeFileSync(path, text);
    };
    return { book, path, warnings, put };
  }
  const add = (id: string) => (list: SessionList) => ({
    ...list,
    sessions: [...list.sessions, { ...SESSION, id, name: id }],
  });

  test('is empty at first, and reading makes no file', () => {
    const { book } = open();
    expect(book.read()).toMatchObject({ active: null, sessions: [] });
    expect(existsSync(join(folder, 'state'))).toBe(false);
  });

  test('keeps every one of many changes', async () => {
    const { book, path } = open();
    await Promise.all(Array.from({ length: 20 }, (_, index) => book.update(add(`s${index}`))));
    expect(
      open()
        .book.read()
        .sessions.map(({ id }) => id),
    ).toEqual(Array.from({ length: 20 }, (_, index) => `s${index}`));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: 1, active: null });
    expect(mode(path)).toBe(0o600);
  });

  test('is not written by a change that changes nothing', async () => {
    const { book, path } = open();
    await book.update(list => list);
    expect(existsSync(path)).toBe(false);
  });

  test.each([
    ['no JSON', '{"version": 1, "sess', 'not valid JSON'],
    ['a newer version', '{"version": 2, "sessions": []}', 'newer version'],
    ['the format of another program', '[{"id": "x", "runtime": {"proxy": {"token": "t"}}}]', 'no JSON object'],
    [
      'a session without a name',
      JSON.stringify({ version: 1, active: null, sessions: [{ ...SESSION, name: 7 }] }),
      '`name` of session 1',
    ],
  ])('that holds %s is moved aside whole, with a warning, and a new one begun', async (_, text, reason) => {
    const { book, path, warnings, put } = open();
    put(text);
    expect(book.read().sessions).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(reason);
    const aside = readdirSync(join(folder, 'state')).filter(name => name.includes('.damaged-'));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(folder, 'state', aside[0] ?? ''), 'utf8')).toBe(text);
    await book.update(add('new'));
    expect(open().book.read().sessions).toHaveLength(1);
    expect(existsSync(path)).toBe(true);
    expect(warnings).toHaveLength(1);
  });
});
