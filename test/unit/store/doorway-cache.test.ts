import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Doorway } from '../../../src/core/runtime.ts';
import { clientSecret } from '../../../src/store/config-file.ts';
import { doorwayCache } from '../../../src/store/doorway-cache.ts';
import { locks } from '../../../src/store/lock.ts';
import { sealing } from '../../../src/store/sealing.ts';
import { testHost } from '../../support/test-host.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lecoder-doorways-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const DOORWAY: Doorway = {
  http: new URL('http://127.0.0.1:8888/prefix/'),
  ws: new URL('ws://127.0.0.1:8888/prefix/'),
  headers: { Authorization: 'token top-secret-value' },
  expires: null,
};

function openIn(folder: string, env: Record<string, string> = {}) {
  const host = testHost({ env, real: true });
  const warnings: string[] = [];
  const state = join(folder, 'state');
  const seal = sealing({
    keyFile: join(state, 'key'),
    secret: () => clientSecret(host, join(folder, 'config.json')),
  });
  const cache = doorwayCache({
    path: join(folder, 'tokens.json'),
    host,
    locks: locks(host, state),
    sealing: seal,
    warn: text => void warnings.push(text),
  });
  return { cache, warnings };
}

test('a doorway comes back in the next process, and no secret stands in the file', async () => {
  await openIn(root).cache.put('jupyter', 'r1', DOORWAY);
  expect(openIn(root).cache.get('jupyter', 'r1')).toEqual(DOORWAY);
  expect(openIn(root).cache.get('jupyter', 'r2')).toBeNull();
  expect(openIn(root).cache.get('local', 'r1')).toBeNull();
  const file = readFileSync(join(root, 'tokens.json'), 'utf8');
  expect(file).not.toMatch(/top-secret|8888|Authorization/);
  expect(statSync(join(root, 'tokens.json')).mode & 0o777).toBe(0o600);
  expect(statSync(join(root, 'state', 'key')).mode & 0o777).toBe(0o600);
});

test('reading an empty cache makes neither file nor key', () => {
  expect(openIn(root).cache.get('local', 'r1')).toBeNull();
  expect(existsSync(join(root, 'state'))).toBe(false);
});

test('with a client secret, both files together open it elsewhere, and the cache file alone does not', async () => {
  writeFileSync(join(root, 'config.json'), '{"clientSecret": "of-the-client"}');
  await openIn(root).cache.put('local', 'r1', DOORWAY);
  expect(existsSync(join(root, 'state', 'key'))).toBe(false);
  const copy = join(root, 'copy');
  mkdirSync(copy);
  copyFileSync(join(root, 'tokens.json'), join(copy, 'tokens.json'));
  expect(openIn(copy).cache.get('local', 'r1')).toBeNull();
  expect(openIn(copy, { LECODER_CLIENT_SECRET: 'of-the-client' }).cache.get('local', 'r1')).toEqual(DOORWAY);
});

test('what has expired, is damaged or stands under another name is not there', async () => {
  const { cache } = openIn(root);
  await cache.put('local', 'old', { ...DOORWAY, expires: new Date(Date.now() - 1000) });
  expect(cache.get('local', 'old')).toBeNull();
  await cache.put('local', 'r1', { ...DOORWAY, expires: new Date(Date.now() + 60_000) });
  expect(cache.get('local', 'r1')?.expires).toBeInstanceOf(Date);
  const path = join(root, 'tokens.json');
  const { entries } = JSON.parse(readFileSync(path, 'utf8'));
  expect(Object.keys(entries)).toEqual(['doorway local r1']);
  const sealed: string = entries['doorway local r1'].sealed;
  const flipped = sealed.slice(0, -3) + (sealed.at(-3) === 'A' ? 'B' : 'A') + sealed.slice(-2);
  const entry = (text: string) => ({ expires: null, sealed: text });
  writeFileSync(
    path,
    JSON.stringify({
      version: 1,
      entries: {
        'doorway local r2': entry(sealed),
        'doorway local r1': entry(flipped),
        'doorway local r3': entry('v1.short'),
        'doorway local r4': entry(''),
      },
    }),
  );
  for (const id of ['r1', 'r2', 'r3', 'r4']) expect(cache.get('local', id)).toBeNull();
});

test('a dropped doorway is gone; dropping what is not there writes nothing', async () => {
  const { cache } = openIn(root);
  await cache.drop('local', 'r1');
  expect(existsSync(join(root, 'tokens.json'))).toBe(false);
  await cache.put('local', 'r1', DOORWAY);
  await cache.drop('local', 'r1');
  expect(cache.get('local', 'r1')).toBeNull();
});

test('a damaged cache is moved aside and costs nothing but the cache', async () => {
  writeFileSync(join(root, 'tokens.json'), 'gibberish');
  const { cache, warnings } = openIn(root);
  expect(cache.get('local', 'r1')).toBeNull();
  expect(warnings).toHaveLength(1);
  await cache.put('local', 'r1', DOORWAY);
  expect(cache.get('local', 'r1')).toEqual(DOORWAY);
});
