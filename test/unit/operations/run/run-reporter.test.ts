import { expect, test } from 'vitest';
import type { Event } from '../../../../src/core/events.ts';
import { Failure } from '../../../../src/core/failure.ts';
import { type RunPlace, runReporter } from '../../../../src/operations/run/run-reporter.ts';

const flags = { json: false, jsonLines: false };
const together: RunPlace = { number: 1, total: 2, alone: false };

function reporter(name: string, place = together, given = flags) {
  const events: Event[] = [];
  return { events, ...runReporter(name, place, event => void events.push(event), given) };
}
const output = (stream: 'stdout' | 'stderr', data: string | Uint8Array): Event => ({ type: 'output', stream, data });
const said = (events: readonly Event[], stream: string) =>
  events.flatMap(event => (event.type === 'output' && event.stream === stream ? [event.data] : [])).join('');

test('lines of runs side by side begin with the name, and are said when they are whole', async () => {
  const { events, report, end } = reporter('train lr=1');
  for (const piece of ['one\ntw', 'o\n', '10%\r20%\r', '30%\n', 'no end']) void report(output('stdout', piece));
  void report(output('stderr', 'warning\n'));
  expect(said(events, 'stdout')).toBe('[train lr=1] one\n[train lr=1] two\n[train lr=1] 30%\n');
  await end();
  expect(said(events, 'stdout')).toContain('[train lr=1] no end\n');
  expect(said(events, 'stderr')).toBe('[train lr=1] warning\n');
});

test('a character that comes in two pieces stays whole', async () => {
  const { events, report, end } = reporter('a');
  const bytes = Buffer.from('é\n');
  void report(output('stdout', bytes.subarray(0, 1)));
  void report(output('stdout', bytes.subarray(1)));
  await end();
  expect(said(events, 'stdout')).toBe('[a] é\n');
});

test('displays, results and tracebacks become lines too', () => {
  const { events, report } = reporter('a');
  void report({ type: 'result', data: { 'text/plain': 'x\ny' }, metadata: {}, executionCount: 1 });
  void report({ type: 'display', data: { 'image/png': 'AA' }, metadata: {}, displayId: null, update: false });
  void report({ type: 'error', name: 'E', message: 'm', traceback: ['t1', 't2'], hints: [] });
  expect(said(events, 'stdout')).toBe('[a] x\n[a] y\n[a] [image/png]\n');
  expect(said(events, 'stderr')).toBe('[a] t1\n[a] t2\n');
});

test('notes, warnings, steps and cells tell whose they are', () => {
  const { events, report } = reporter('a');
  void report({ type: 'warning', text: 'w', hint: 'h' });
  void report({ type: 'step', id: 's', text: 'Starting', done: false });
  const cell = { type: 'cell', notebook: 'a.ipynb', cell: 1, total: 2, id: 'c', name: 'x', status: 'ok' } as const;
  void report({ ...cell, executionCount: 1, duration: 1 });
  expect(events).toMatchObject([
    { type: 'warning', text: 'a: w', hint: 'h' },
    { type: 'step', id: 'a s', text: 'a: Starting' },
    { type: 'cell', run: 'a' },
  ]);
});

test('one after the other they speak as if alone, after an announcement', async () => {
  const { events, report, begin } = reporter('a', { number: 2, total: 3, alone: true });
  await begin();
  void report(output('stdout', 'as it is'));
  expect(events).toEqual([{ type: 'note', text: '[2/3] a' }, output('stdout', 'as it is')]);
});

test('for programs every event carries the name', () => {
  const { events, report } = reporter('a', together, { json: false, jsonLines: true });
  void report(output('stdout', '10%\r'));
  void report({ type: 'clear', wait: true });
  expect(events).toEqual([
    { ...output('stdout', '10%\r'), run: 'a' },
    { type: 'clear', wait: true, run: 'a' },
  ]);
});

test('a failure of ours is a warning with its hint', async () => {
  const { events, failed } = reporter('a');
  await failed(new Failure('fileNotFound', 'no file', { hints: ['look'] }));
  expect(events).toEqual([{ type: 'warning', text: 'a: no file', hint: 'look' }]);
});
