import { expect, test } from 'vitest';
import type { Event } from '../../../src/core/events.ts';
import { Failure } from '../../../src/core/failure.ts';
import { humanPrinter } from '../../../src/ui/human-printer.ts';
import { type TestHostOptions, testHost } from '../../support/test-host.ts';

interface Printed extends TestHostOptions {
  readonly quiet?: boolean;
  readonly color?: boolean | null;
}

async function printed(events: readonly Event[], options: Printed = {}) {
  const host = testHost(options);
  const printer = await humanPrinter(host, { quiet: options.quiet ?? false, color: options.color ?? null });
  for (const event of events) await printer.event(event);
  return { host, printer, out: host.stdout.text, err: host.stderr.text };
}

const output = (data: string | Uint8Array, stream: 'stdout' | 'stderr' = 'stdout'): Event => ({
  type: 'output',
  stream,
  data,
});
const result = (text: string): Event => ({
  type: 'result',
  data: { 'text/plain': text },
  metadata: {},
  executionCount: 1,
});

test('remote bytes arrive as they are', async () => {
  const { host } = await printed([output(Uint8Array.of(0, 255, 13, 10)), output('text\r')]);
  expect(host.stdout.bytes).toEqual(Buffer.concat([Buffer.of(0, 255, 13, 10), Buffer.from('text\r')]));
});

test('a result stands on a line of its own', async () => {
  expect((await printed([output('a'), result('2')])).out).toBe('a\n2\n');
  expect((await printed([output('a\n'), result('2')])).out).toBe('a\n2\n');
});

test('a display without text is named on stderr', async () => {
  const event: Event = { type: 'display', data: { 'image/png': 'xx' }, metadata: {}, displayId: null, update: false };
  expect(await printed([event])).toMatchObject({ out: '', err: '[image/png]\n' });
});

test('text in several lines is joined', async () => {
  const event: Event = {
    type: 'display',
    data: { 'text/plain': ['a\n', 'b'] },
    metadata: {},
    displayId: null,
    update: false,
  };
  expect((await printed([event])).out).toBe('a\nb\n');
});

test('--quiet keeps stdout empty and stderr as it is', async () => {
  expect(await printed([output('a'), result('2'), output('e\n', 'stderr')], { quiet: true })).toMatchObject({
    out: '',
    err: 'e\n',
  });
});

test('notes and warnings go to stderr, each on its own line', async () => {
  const { out, err } = await printed([
    output('half', 'stderr'),
    { type: 'note', text: 'a note' },
    { type: 'warning', text: 'a warning', hint: 'do `this`' },
    { type: 'queued' },
    { type: 'reconnecting', attempt: 2, reason: 'gone' },
    { type: 'reconnected' },
    { type: 'truncated', reason: 'too fast' },
    { type: 'step', id: '1', text: 'Starting', done: false },
    { type: 'step', id: '1', text: 'Starting', done: true },
  ]);
  expect(out).toBe('');
  expect(err).toBe(`half
a note
warning: a warning
hint: do \`this\`
the kernel is busy; waiting for its turn
connection lost (gone); reconnecting, attempt 2
reconnected
warning: output was lost: too fast
Starting
`);
});

const traceback: Event = {
  type: 'error',
  name: 'E',
  message: 'm',
  traceback: ['\u001b[31mE\u001b[0m: m'],
  hints: ['try `x`'],
};

test('a traceback keeps its colours on a terminal and loses them elsewhere', async () => {
  expect((await printed([traceback])).err).toBe('E: m\nhint: try `x`\n');
  expect((await printed([traceback], { columns: 80 })).err).toContain('\u001b[31mE\u001b[0m: m\n');
  expect((await printed([traceback], { columns: 80, color: false })).err).toBe('E: m\nhint: try `x`\n');
});

test('an error without a traceback is a sentence', async () => {
  expect((await printed([{ ...traceback, traceback: [] }])).err).toBe('error: m\nhint: try `x`\n');
});

test('on one screen a note does not begin in the middle of remote output', async () => {
  const { out, err } = await printed([output('50%'), { type: 'note', text: 'n' }], { columns: 80, color: false });
  expect([out, err]).toEqual(['50%\n', 'n\n']);
});

test('clear_output clears the line of a terminal, at once or before the next output, and nothing in a pipe', async () => {
  const now: Event = { type: 'clear', wait: false };
  const later: Event = { type: 'clear', wait: true };
  expect((await printed([output('1'), now, output('2')], { columns: 80 })).out).toBe('1\u001b[2K\r2');
  expect((await printed([output('1'), later], { columns: 80 })).out).toBe('1');
  expect((await printed([output('1'), later, output('2')], { columns: 80 })).out).toBe('1\u001b[2K\r2');
  expect((await printed([output('1'), now, output('2')])).out).toBe('12');
});

test('a reader that is behind is waited for', async () => {
  const { host, printer } = await printed([]);
  host.stdout.behind = true;
  let settled = false;
  const writing = Promise.resolve(printer.event(output('a'))).then(() => {
    settled = true;
  });
  await Promise.resolve();
  expect(settled).toBe(false);
  host.stdout.drain();
  await writing;
});

test('a failure is a sentence with its hints, or with general advice', async () => {
  const { host, printer } = await printed([]);
  await printer.failure(new Failure('connectionTimeout', 'no answer', { billing: ['gpu-1'], details: 'ETIMEDOUT' }));
  await printer.failure(new Failure('usage', 'wrong', { hints: ['type `this`'] }));
  await printer.failure(new Failure('interrupted', 'interrupted'));
  expect(host.stderr.text).toBe(`error: no answer
ETIMEDOUT
still running: gpu-1
hint: Check the address and the network, then try again
error: wrong
hint: type \`this\`
interrupted
`);
});

test('a step is a spinner on a terminal, gone when the step is done', async () => {
  const { host, printer } = await printed([{ type: 'step', id: '1', text: 'Starting', done: false }], {
    columns: 80,
    color: false,
  });
  while (!host.stderr.text.includes('Starting')) await new Promise(resolve => setImmediate(resolve));
  await printer.event({ type: 'step', id: '1', text: 'Starting', done: true });
  expect(host.stderr.text.endsWith('\n')).toBe(false);
  expect(['\u001b[1G', '\u001b[2K'].some(code => host.stderr.text.includes(code))).toBe(true);
});
