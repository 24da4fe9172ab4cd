import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { kernelQuestions } from '../../../src/jupyter/kernel-questions.ts';
import { PuppetKernel } from '../../support/puppet-kernel.ts';

let kernel: PuppetKernel;
beforeEach(() => {
  vi.useFakeTimers();
  kernel = new PuppetKernel();
});
afterEach(() => vi.useRealTimers());

const answer = (type: string, content: Record<string, unknown>, id = kernel.sent.at(-1)?.id ?? '') =>
  kernel.emit('shell', type, content, { msg_id: id });

describe('completion', () => {
  test('counts in code points on the wire and in UTF-16 here', async () => {
    const code = '"😀".isal';
    const asked = kernelQuestions(kernel).complete(code, code.length);
    expect(kernel.sent.at(-1)).toMatchObject({
      channel: 'shell',
      type: 'complete_request',
      content: { cursor_pos: 8 },
    });
    answer('complete_reply', {
      status: 'ok',
      matches: ['isalnum', 'isalpha', 'isalpha'],
      cursor_start: 4,
      cursor_end: 8,
    });
    expect(await asked).toEqual({ matches: ['isalnum', 'isalpha'], start: 5, end: 9 });
  });

  test('an error is no answer, and somebody else’s is not ours', async () => {
    const asked = kernelQuestions(kernel).complete('a', 1);
    answer('complete_reply', { status: 'ok', matches: ['theirs'], cursor_start: 0, cursor_end: 1 }, 'other');
    answer('complete_reply', { status: 'error' });
    expect(await asked).toBeNull();
  });
});

describe('whether code is whole', () => {
  test.each([
    [
      { status: 'incomplete', indent: '    ' },
      { status: 'incomplete', indent: '    ' },
    ],
    [{ status: 'complete' }, { status: 'complete', indent: '' }],
    [{ status: 'as it were' }, { status: 'unknown', indent: '' }],
  ])('%j', async (reply, known) => {
    const asked = kernelQuestions(kernel).isComplete('x');
    answer('is_complete_reply', reply);
    expect(await asked).toEqual(known);
  });

  test('a busy kernel is not waited for', async () => {
    const asked = kernelQuestions(kernel).isComplete('x');
    await vi.advanceTimersByTimeAsync(2000);
    expect(await asked).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('the count of a silent request is that of the cell before', async () => {
  const asked = kernelQuestions(kernel).lastCount();
  expect(kernel.sent.at(-1)?.content).toMatchObject({ silent: true, store_history: false });
  answer('execute_reply', { status: 'ok', execution_count: 16 });
  expect(await asked).toBe(16);
});

test('payloads of our cells are handed on, those of others are not', () => {
  const seen: unknown[] = [];
  const stop = kernelQuestions(kernel).onPayload(payload => seen.push(payload.source));
  const reply = (session: string, payload: unknown) =>
    kernel.emit('shell', 'execute_reply', { status: 'ok', payload }, { msg_id: 'any', session });
  reply(kernel.session, [{ source: 'page' }, { source: 'set_next_input' }]);
  reply('stranger', [{ source: 'theirs' }]);
  reply(kernel.session, undefined);
  stop();
  reply(kernel.session, [{ source: 'late' }]);
  expect(seen).toEqual(['page', 'set_next_input']);
});
