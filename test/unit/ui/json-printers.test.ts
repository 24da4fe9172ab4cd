import { expect, test } from 'vitest';
import type { Event } from '../../../src/core/events.ts';
import { Failure } from '../../../src/core/failure.ts';
import { makePrinter } from '../../../src/ui/make-printer.ts';
import { testHost } from '../../support/test-host.ts';

const EVENTS: readonly Event[] = [
  { type: 'note', text: 'n' },
  { type: 'started', execution: 'x', session: 's', mode: 'terminal' },
  { type: 'output', stream: 'stdout', data: Buffer.from('a€').subarray(0, 2) },
  { type: 'output', stream: 'stdout', data: Buffer.from('a€').subarray(2) },
  { type: 'output', stream: 'stderr', data: Uint8Array.of(0xff) },
  { type: 'output', stream: 'stdout', data: Uint8Array.of(0xe2) },
  { type: 'warning', text: 'w', hint: 'h' },
  { type: 'result', data: { 'text/plain': '2' }, metadata: {}, executionCount: 3 },
];
const TIMING = {
  startedAt: '2026-01-02T03:04:05.000Z',
  completedAt: '2026-01-02T03:04:05.000Z',
  duration: 0,
  duration_ms: 0,
};
const VIEW = { view: () => 'for people' };

async function printed(format: 'json' | 'json-lines', end: 'answer' | 'data' | Failure) {
  const host = testHost();
  const printer = await makePrinter(host, { format, command: 'some thing', flags: { color: null, quiet: false } });
  for (const event of EVENTS) await printer.event(event);
  if (end instanceof Failure) await printer.failure(end);
  else await printer.answer({ a: 1 }, end === 'data' ? { ...VIEW, payload: 'data' } : VIEW);
  return {
    lines: host.stdout.text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line)),
    text: host.stdout.text,
    err: host.stderr.text,
  };
}

test('--json prints one object and a line end, and tells people on stderr', async () => {
  const { lines, text, err } = await printed('json', 'answer');
  expect(text.endsWith('}\n')).toBe(true);
  expect(lines).toEqual([
    {
      schemaVersion: 1,
      command: 'some thing',
      success: true,
      status: 'ok',
      errorCode: 0,
      timing: TIMING,
      warnings: ['w'],
      a: 1,
    },
  ]);
  expect(err).toBe('n\nwarning: w\nhint: h\n');
});

test('a payload without documented fields stands under data', async () => {
  expect((await printed('json', 'data')).lines[0]).toMatchObject({ data: { a: 1 } });
});

test('a failure is one object too', async () => {
  const failure = new Failure('kernelDied', 'the kernel died', {
    traceback: ['a', 'b'],
    billing: ['m'],
    hints: ['h1', 'h2'],
  });
  expect((await printed('json', failure)).lines).toEqual([
    {
      schemaVersion: 1,
      command: 'some thing',
      success: false,
      status: 'error',
      errorCode: 1999,
      timing: TIMING,
      warnings: ['w'],
      error: {
        code: 1207,
        exit: 5,
        message: 'the kernel died',
        name: 'Kernel died',
        category: 'unknown',
        suggestion: 'h1',
        traceback: 'a\nb',
        traceback_lines: ['a', 'b'],
        retryable: true,
        billing: ['m'],
      },
    },
  ]);
});

test('an interruption is an abort', async () => {
  expect((await printed('json', new Failure('interrupted', 'interrupted'))).lines[0]).toMatchObject({
    status: 'abort',
    errorCode: 1003,
    error: { code: 1208 },
  });
});

test('--json-lines prints each event, then the object', async () => {
  const { lines, err } = await printed('json-lines', 'answer');
  expect(lines).toEqual([
    EVENTS[0],
    EVENTS[1],
    { type: 'output', stream: 'stdout', text: 'a' },
    { type: 'output', stream: 'stdout', text: '€' },
    { type: 'output', stream: 'stderr', base64: '/w==' },
    EVENTS[6],
    EVENTS[7],
    { type: 'output', stream: 'stdout', base64: '4g==' },
    expect.objectContaining({ command: 'some thing', warnings: ['w'], a: 1 }),
  ]);
  expect(err).toBe('');
});
