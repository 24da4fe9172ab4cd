import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SyncedEntry, TreeEntry } from '../../../../src/core/sync.ts';
import { wantedSums } from '../../../../src/operations/sync/sync-content.ts';
import { remembered } from '../../../../src/operations/sync/sync-memory.ts';
import { type Plan, type PlanInput, planSync } from '../../../../src/operations/sync/sync-plan.ts';

/** A file's content is its name here: `a`, `b`… all of one size, so that only hashes tell them apart. Upper case is larger. */
interface Thing {
  readonly kind: 'file' | 'link' | 'folder';
  readonly content: string;
  readonly mtime: number;
  readonly mode: number;
}
type Disk = Map<string, Thing>;

const LATER = 2_000_000_000_000;
const wish = { delete: false, force: false };

function file(content: string, mtime = 1, mode = 0o644): Thing {
  return { kind: 'file', content, mtime: mtime * 100_000 + 7, mode };
}
const folder: Thing = { kind: 'folder', content: '', mtime: 7, mode: 0o755 };

function disk(things: Readonly<Record<string, Thing>>): Disk {
  const found: Disk = new Map();
  for (const [path, thing] of Object.entries(things).sort()) {
    const parts = path.split('/');
    const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
    if (above.some(each => (found.get(each) ?? folder).kind !== 'folder')) continue;
    for (const each of above) found.set(each, folder);
    if (!(found.get(path) && thing.kind !== 'folder')) found.set(path, thing);
  }
  return found;
}

function sizeOf(content: string): number {
  return content === content.toLowerCase() ? 1 : 2;
}

function listing(from: Disk): Map<string, TreeEntry> {
  return new Map(
    [...from].map(([path, { kind, content, mtime, mode }]) => [
      path,
      { path, kind, mode, mtime, size: kind === 'file' ? sizeOf(content) : 0, text: kind === 'link' ? content : '' },
    ]),
  );
}

type Base = ReadonlyMap<string, SyncedEntry>;

/** Hashes exactly what is asked for, as the real thing does. */
function inputOf(own: Disk, other: Disk, base: Base, options: Partial<typeof wish> = {}): PlanInput {
  const trees = { source: listing(own), target: listing(other), base, from: 'here' as const };
  const wanted = wantedSums(trees);
  const hash = (paths: readonly string[], on: Disk) =>
    new Map(paths.map(path => [path, on.get(path)?.content ?? null]));
  const sums = { source: hash(wanted.source, own), target: hash(wanted.target, other) };
  return { ...trees, sums, wish: { ...wish, ...options }, caseless: false };
}

/** Does what the plan says, strictly: what cannot be done on a real disk throws. */
function applied(plan: Plan, own: Disk, target: Disk): Disk {
  const other = new Map(target);
  const remove = (path: string) => {
    if ([...other.keys()].some(each => each.startsWith(`${path}/`))) throw new Error(`${path} is not empty`);
    if (!other.delete(path)) throw new Error(`${path} is not there`);
  };
  for (const path of plan.replace) remove(path);
  for (const path of [...plan.create, ...plan.update].sort()) {
    const above = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (above !== '' && other.get(above)?.kind !== 'folder') throw new Error(`no folder for ${path}`);
    const [thing, there] = [own.get(path), other.get(path)];
    if (!thing) throw new Error(`${path} is not here`);
    if (there && (there.kind === 'folder') !== (thing.kind === 'folder')) throw new Error(`${path} is in the way`);
    other.set(path, thing);
  }
  for (const path of plan.remove) remove(path);
  for (const path of plan.mode) other.set(path, { ...(other.get(path) as Thing), mode: own.get(path)?.mode ?? 0 });
  return other;
}

function afterwards(input: PlanInput, plan: Plan, own: Disk): Base {
  const sent = [...plan.create, ...plan.update].flatMap(path => {
    const thing = own.get(path);
    return thing?.kind === 'file' ? [{ path, bytes: sizeOf(thing.content), sha256: thing.content }] : [];
  });
  const gathered = { input, here: input.source, there: input.target };
  return remembered({ plan, gathered, sent, now: { here: LATER, there: LATER } });
}

function baseOf(of: Disk): Base {
  const input = inputOf(of, of, new Map());
  return afterwards(input, planSync(input), of);
}

function plainly(from: Disk): unknown {
  return [...from].map(([path, { kind, content }]) => [path, kind, content]).sort();
}

const PATHS = ['a', 'b', 'd', 'd/a', 'd/b', 'd/e', 'd/e/a', 'z', 'd0'];
const thing = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constantFrom('p', 'q', 'R'), fc.integer({ min: 1, max: 3 })).map(([c, t]) => file(c, t)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('p', 'q').map((content): Thing => ({ kind: 'link', content, mtime: 9, mode: 0o777 })),
  },
  { weight: 1, arbitrary: fc.constant(folder) },
);
const anyDisk = fc.dictionary(fc.constantFrom(...PATHS), thing, { maxKeys: 7 }).map(disk);
/** A disk as it was, and what became of it on both sides. Times go on when contents change. */
const history = fc.tuple(anyDisk, anyDisk, anyDisk).map(([before, here, there]) => {
  const later = (from: Disk, step: number) =>
    new Map(
      [...from].map(([path, each]) => {
        const was = before.get(path);
        const same = was?.kind === each.kind && was.content === each.content;
        return [path, same ? was : { ...each, mtime: each.mtime + step }] as const;
      }),
    );
  return { before, here: later(here, 1e9), there: later(there, 2e9) };
});

describe('whatever happened on both sides', () => {
  test('nothing that changed at the target alone, or on both sides, is lost', () => {
    fc.assert(
      fc.property(history, fc.boolean(), ({ before, here, there }, removing) => {
        const base = baseOf(before);
        const input = inputOf(here, there, base, { delete: removing });
        const result = applied(planSync(input), here, there);
        for (const [path, { kind, content }] of there) {
          const was = before.get(path);
          const asked = was === undefined && !here.has(path) && removing;
          const changed = was === undefined || was.kind !== kind || was.content !== content;
          if (changed && kind !== 'folder' && !asked) expect(result.get(path)).toMatchObject({ kind, content });
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('with nothing in conflict, kept or left over, both are the same in the end', () => {
    fc.assert(
      fc.property(history, ({ before, here, there }) => {
        const plan = planSync(inputOf(here, there, baseOf(before), { delete: true }));
        if (plan.conflicts.length > 0 || plan.kept.length > 0) return;
        expect(plainly(applied(plan, here, there))).toEqual(plainly(here));
      }),
      { numRuns: 1000 },
    );
  });

  test('`--delete --force` makes them the same', () => {
    fc.assert(
      fc.property(history, ({ before, here, there }) => {
        const plan = planSync(inputOf(here, there, baseOf(before), { delete: true, force: true }));
        expect(plan.conflicts).toEqual([]);
        expect(plainly(applied(plan, here, there))).toEqual(plainly(here));
      }),
      { numRuns: 500 },
    );
  });

  test('a second sync has nothing to do, and nothing to hash', () => {
    fc.assert(
      fc.property(history, fc.boolean(), ({ before, here, there }, removing) => {
        const first = inputOf(here, there, baseOf(before), { delete: removing });
        const plan = planSync(first);
        const result = applied(plan, here, there);
        const base = afterwards(first, plan, here);
        const again = planSync(inputOf(here, result, base, { delete: removing }));
        expect({ ...again, same: [], extra: [] }).toEqual({
          ...again,
          create: [],
          update: [],
          replace: [],
          remove: [],
          mode: [],
          same: [],
          extra: [],
        });
        expect(again.conflicts).toEqual(plan.conflicts);
        expect(again.kept).toEqual(plan.kept);
        if (plan.conflicts.length + plan.kept.length + plan.extra.length > 0) return;
        const trees = { source: listing(here), target: listing(result), base, from: 'here' as const };
        expect(wantedSums(trees)).toEqual({ source: [], target: [] });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('one path', () => {
  const was = disk({ 'f.txt': file('p') });
  const base = baseOf(was);
  const edit = (content: string) => disk({ 'f.txt': file(content, 5) });
  const plan = (here: Disk, there: Disk, options: Partial<typeof wish> = {}) =>
    planSync(inputOf(here, there, base, options));

  test.each([
    ['changed here', edit('q'), was, { update: ['f.txt'] }],
    ['changed there', was, edit('q'), { kept: ['f.txt'] }],
    ['changed on both sides', edit('q'), edit('x'), { conflicts: [{ path: 'f.txt', reason: 'both-changed' }] }],
    ['changed alike', edit('q'), edit('q'), { same: ['f.txt'] }],
    ['touched', edit('p'), was, { same: ['f.txt'] }],
    ['touched here, changed there', edit('p'), edit('R'), { kept: ['f.txt'], conflicts: [] }],
    ['removed there', was, disk({}), { create: ['f.txt'] }],
    ['changed here, removed there', edit('q'), disk({}), { create: ['f.txt'] }],
    ['removed here', disk({}), was, { extra: ['f.txt'] }],
    [
      'a folder here',
      disk({ 'f.txt/in': file('q') }),
      was,
      { replace: ['f.txt'], update: ['f.txt'], create: ['f.txt/in'] },
    ],
    ['made executable', disk({ 'f.txt': file('p', 1, 0o755) }), was, { mode: ['f.txt'] }],
  ] as const)('%s', (_, here, there, expected) => {
    expect(plan(here, there)).toMatchObject(expected);
  });

  test('removed here and changed there', () => {
    expect(plan(disk({}), edit('q'), { delete: true }).conflicts).toEqual([
      { path: 'f.txt', reason: 'removed-and-changed' },
    ]);
    expect(plan(disk({}), edit('q'), { delete: true, force: true }).remove).toEqual(['f.txt']);
  });

  test('never synced and different, or alike', () => {
    const found = planSync(inputOf(edit('q'), was, new Map()));
    expect(found.conflicts).toEqual([{ path: 'f.txt', reason: 'never-synced' }]);
    expect(planSync(inputOf(edit('p'), was, new Map())).same).toEqual(['f.txt']);
  });

  test('a folder that holds more than is known gives way to no file', () => {
    const before = disk({ 'd/a': file('p') });
    const here = disk({ d: file('q') });
    const there = disk({ 'd/a': file('p'), 'd/result': file('R') });
    const known = baseOf(before);
    expect(planSync(inputOf(here, there, known)).conflicts).toEqual([{ path: 'd', reason: 'folder-in-the-way' }]);
    expect(planSync(inputOf(here, before, known))).toMatchObject({ replace: ['d/a', 'd'], update: ['d'] });
  });

  test('what a sync that broke off may have sent is no change of the target', () => {
    const before = base.get('f.txt') as SyncedEntry;
    const broken = new Map([['f.txt', { ...before, maybe: 'q' }]]);
    expect(planSync(inputOf(edit('x'), edit('q'), broken)).update).toEqual(['f.txt']);
    expect(planSync(inputOf(edit('x'), edit('y'), broken)).conflicts).toHaveLength(1);
  });

  test('names that differ in case where that makes no difference', () => {
    const caseless = (here: Disk, there: Disk) =>
      planSync({ ...inputOf(here, there, new Map(), { delete: true }), caseless: true });
    const twins = disk({ Read: file('p'), read: file('q') });
    expect(caseless(twins, disk({}))).toMatchObject({
      create: ['Read'],
      conflicts: [{ path: 'read', reason: 'differs-in-case' }],
    });
    expect(caseless(disk({ Read: file('p') }), disk({ read: file('q') }))).toMatchObject({
      remove: [],
      conflicts: [{ path: 'Read', reason: 'differs-in-case' }],
    });
    expect(caseless(disk({ 'D/x': file('p') }), disk({ 'd/x': file('q') }))).toMatchObject({
      create: [],
      remove: [],
      conflicts: [{ path: 'D', reason: 'differs-in-case' }],
    });
  });
});
