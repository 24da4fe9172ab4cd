import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AssignIntent } from '../../../src/core/runtime.ts';
import { assignIntents } from '../../../src/store/assign-intents.ts';
import { locks } from '../../../src/store/lock.ts';
import { type TestHost, testHost } from '../../support/test-host.ts';

const CHOICE = { variant: 'gpu', accelerator: 'T4', highMemory: false } as const;
const intent = (key: string): AssignIntent => ({ key, choice: CHOICE, account: 'ada', at: '2026-01-02T03:04:05.000Z' });
const pathIn = (host: TestHost) => join(host.folder, 'state', 'assign-intents.json');
const openIn = (host: TestHost, warnings: string[] = []) =>
  assignIntents({
    path: pathIn(host),
    host,
    locks: locks(host, join(host.folder, 'state')),
    warn: text => warnings.push(text),
  });
const disown = (host: TestHost) => {
  const text = readFileSync(pathIn(host), 'utf8');
  const others = text
    .replaceAll(/"started": ("\d+"|null)/g, '"started": "1"')
    .replaceAll(/"pid": \d+/g, '"pid": 999999999');
  writeFileSync(pathIn(host), others);
};

describe('what is asked for', () => {
  test('is this process’s own until it ends', async () => {
    const host = testHost({ real: true });
    const intents = openIn(host);
    await intents.begin(intent('a'));
    expect(intents.hasLeft()).toBe(false);
    expect(await intents.claimLeft()).toEqual([]);
    disown(host);
    expect(intents.hasLeft()).toBe(true);
    expect(await intents.claimLeft()).toEqual([intent('a')]);
  });

  test('is claimed by one alone', async () => {
    const host = testHost({ real: true });
    await openIn(host).begin(intent('a'));
    disown(host);
    const claims = await Promise.all([1, 2, 3].map(() => openIn(host).claimLeft()));
    expect(claims.map(each => each.length).sort()).toEqual([0, 0, 1]);
  });

  test('is noted once however often it is asked for, and goes', async () => {
    const host = testHost({ real: true });
    const intents = openIn(host);
    await intents.begin(intent('a'));
    await intents.begin(intent('a'));
    await intents.begin(intent('b'));
    const keys = () => JSON.parse(readFileSync(pathIn(host), 'utf8')).intents.map(({ key }: { key: string }) => key);
    expect(keys()).toEqual(['a', 'b']);
    await intents.end('a');
    expect(keys()).toEqual(['b']);
  });
});

describe('what was made', () => {
  test('stays an intent until it is settled, and is found by its key afterwards', async () => {
    const host = testHost({ real: true });
    const intents = openIn(host);
    await intents.begin(intent('a'));
    await intents.made({ ...intent('a'), id: 'm-1' });
    disown(host);
    expect(intents.hasLeft()).toBe(true);
    await intents.settle('m-1');
    expect(intents.hasLeft()).toBe(false);
    expect(intents.machines()).toEqual([{ ...intent('a'), id: 'm-1' }]);
    await intents.forget('m-1');
    expect(intents.machines()).toEqual([]);
  });

  test('a key has one machine, the newest first', async () => {
    const intents = openIn(testHost({ real: true }));
    await intents.made({ ...intent('a'), id: 'm-1' });
    await intents.made({ ...intent('b'), id: 'm-2' });
    await intents.made({ ...intent('a'), id: 'm-3' });
    expect(intents.machines().map(({ id }) => id)).toEqual(['m-3', 'm-2']);
  });
});

describe('the file', () => {
  test('is for its owner alone', async () => {
    const host = testHost({ real: true });
    await openIn(host).begin(intent('a'));
    expect(statSync(pathIn(host)).mode & 0o777).toBe(0o600);
    expect(statSync(join(host.folder, 'state')).mode & 0o777).toBe(0o700);
  });

  test.each([
    ['{'],
    ['[]'],
    ['{"version":1}'],
    ['{"version":1,"intents":[{"key":1}],"machines":[]}'],
    ['{"version":9}'],
  ])('%s is moved aside with a warning', async text => {
    const host = testHost({ real: true });
    const warnings: string[] = [];
    await openIn(host).begin(intent('a'));
    writeFileSync(pathIn(host), text);
    expect(openIn(host, warnings).machines()).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});
