import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Event } from '../../../src/core/events.ts';
import type { Cell } from '../../../src/core/execution.ts';
import { CellRun } from '../../../src/jupyter/cell-run.ts';
import { PuppetKernel } from '../../support/puppet-kernel.ts';

let kernel: PuppetKernel;
let events: Event[];
let calls: string[];
let stop: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  kernel = new PuppetKernel();
  events = [];
  calls = [];
  stop = new AbortController();
});
afterEach(() => vi.useRealTimers());

function run(cell: Partial<Cell> = {}, report: (event: Event) => void | Promise<void> = () => {}) {
  const control = {
    interrupt: async () => {
      calls.push('interrupt');
      return true;
    },
    restart: async () => {
      calls.push('restart');
      return true;
    },
  };
  return new CellRun({
    link: kernel,
    cell: { code: 'train()', timeout: null, env: {}, answer: null, colab: async () => ({ error: 'no' }), ...cell },
    control,
    report: event => {
      events.push(event);
      return report(event);
    },
    signal: stop.signal,
  }).finish();
}

const outputs = () => events.flatMap(event => (event.type === 'output' ? [event.data] : []));

describe('the end of a cell', () => {
  test('is reply and idle: output that arrives after the reply is kept', async () => {
    const ran = run();
    kernel.cell.starts().prints('epoch 1\n').replies().prints('saved\n').goesIdle();
    expect((await ran).outcome).toEqual({ kind: 'ok' });
    expect(outputs()).toEqual(['epoch 1\n', 'saved\n']);
  });

  test('comes also when idle is there before the reply', async () => {
    const ran = run();
    kernel.cell.starts().prints('x').goesIdle().replies();
    expect((await ran).outcome).toEqual({ kind: 'ok' });
  });

  test('when idle was dropped on the way, the kernel is asked, and the doubt is said', async () => {
    const ran = run();
    kernel.cell.starts().prints('x').replies();
    await vi.advanceTimersByTimeAsync(3000);
    kernel.question.tells({ ending: [] });
    await vi.advanceTimersByTimeAsync(500);
    expect((await ran).outcome).toEqual({ kind: 'ok' });
    expect(events.at(-1)).toMatchObject({ type: 'truncated' });
  });
});

describe('a queue that somebody else emptied', () => {
  test.each(['aborted', 'abort'])('%s: the cell is asked for again', async status => {
    const ran = run();
    const first = kernel.cell;
    first.replies({ status }).goesIdle();
    expect(kernel.cell.id).not.toBe(first.id);
    kernel.cell.starts().replies().goesIdle();
    expect((await ran).outcome).toEqual({ kind: 'ok' });
  });
});

describe('death', () => {
  test.each([
    [3, 4, true],
    [3, 3, false],
    [-1, -1, false],
  ])('with %i memory kills before and %i after', async (before, after, outOfMemory) => {
    const ran = run();
    kernel.question.tells({ oom: before }).goesIdle();
    kernel.cell.starts().prints('x');
    kernel.status('restarting');
    kernel.question.tells({ oom: after });
    expect((await ran).outcome).toMatchObject({ kind: 'died', outOfMemory });
  });

  test('for good is told at once', async () => {
    const ran = run();
    kernel.cell.starts();
    kernel.status('dead');
    expect((await ran).outcome).toMatchObject({ kind: 'died' });
  });

  test('of a kernel that does not come back is told after a while', async () => {
    const ran = run();
    kernel.cell.starts();
    kernel.status('restarting');
    await vi.advanceTimersByTimeAsync(15_000);
    expect((await ran).outcome).toMatchObject({ kind: 'died', outOfMemory: false });
  });
});

describe('a limit', () => {
  test('counts from the start of the cell, not from the queue', async () => {
    const ran = run({ timeout: 10_000 });
    await vi.advanceTimersByTimeAsync(9000);
    kernel.cell.starts();
    await vi.advanceTimersByTimeAsync(9000);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toEqual(['interrupt']);
    kernel.cell.replies({ status: 'error', ename: 'KeyboardInterrupt', evalue: '', traceback: [] }).goesIdle();
    expect((await ran).outcome).toEqual({ kind: 'timeout', after: 10_000, restarted: false });
  });

  test('a cell that swallows the interrupt and ends well has still passed its limit', async () => {
    const ran = run({ timeout: 1000 });
    kernel.cell.starts();
    await vi.advanceTimersByTimeAsync(1000);
    kernel.cell.replies().goesIdle();
    expect((await ran).outcome).toMatchObject({ kind: 'timeout', restarted: false });
  });

  test('restarts the kernel only when the interrupt did nothing', async () => {
    const ran = run({ timeout: 1000 });
    kernel.cell.starts();
    await vi.advanceTimersByTimeAsync(1000 + 5000);
    expect(calls).toEqual(['interrupt', 'restart']);
    expect((await ran).outcome).toMatchObject({ kind: 'timeout', restarted: true });
  });
});

describe('giving up in the queue', () => {
  test('takes the cell out of it and interrupts nobody', async () => {
    const ran = run();
    stop.abort();
    const request = kernel.sent.at(-1);
    expect(request).toMatchObject({ channel: 'control', content: { ids: [kernel.cell.id] } });
    kernel.emit('control', 'lecoder_withdraw_reply', { status: 'ok' }, { msg_id: request?.id ?? '' });
    expect((await ran).outcome.kind).toBe('interrupted');
    expect(calls).toEqual([]);
  });

  test('says so when the kernel does not understand', async () => {
    const ran = run();
    stop.abort();
    await vi.advanceTimersByTimeAsync(2000);
    expect((await ran).outcome.kind).toBe('interrupted');
    expect(events.at(-1)).toMatchObject({ type: 'warning' });
  });

  test('a cell that starts in that moment is interrupted instead', async () => {
    const ran = run();
    stop.abort();
    kernel.cell.starts();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(['interrupt']);
    kernel.cell.replies({ status: 'error', ename: 'KeyboardInterrupt', evalue: '', traceback: [] }).goesIdle();
    expect((await ran).outcome.kind).toBe('interrupted');
  });
});

describe('a broken connection', () => {
  test('a request that was lost is asked once more', async () => {
    const ran = run();
    const first = kernel.cell.id;
    kernel.link({ state: 'reconnecting', attempt: 1, reason: 'cut' });
    kernel.link({ state: 'reconnected' });
    kernel.question.tells({ ending: null });
    await vi.advanceTimersByTimeAsync(500);
    expect(kernel.cell.id).not.toBe(first);
    kernel.cell.starts().replies().goesIdle();
    expect((await ran).outcome).toEqual({ kind: 'ok' });
  });

  test('a cell that ended unseen is not run again', async () => {
    const ran = run();
    const first = kernel.cell.id;
    kernel.cell.starts();
    kernel.link({ state: 'reconnected' });
    kernel.question.tells({ ending: ['ValueError', 'no'] });
    await vi.advanceTimersByTimeAsync(500);
    expect(kernel.cell.id).toBe(first);
    expect((await ran).outcome).toMatchObject({ kind: 'exception', name: 'ValueError', message: 'no' });
    expect(events.at(-1)).toMatchObject({ type: 'truncated' });
  });

  test('a kernel that cannot tell is not asked to run anything twice', async () => {
    const ran = run();
    kernel.link({ state: 'reconnected' });
    kernel.question.replies({ status: 'error', ename: 'NameError', evalue: '' });
    const refused = expect(ran).rejects.toMatchObject({ kind: 'webSocketError' });
    await vi.advanceTimersByTimeAsync(500);
    await refused;
  });

  test('for good is a failure, not an outcome', async () => {
    const ran = run();
    kernel.link({ state: 'lost', error: new Error('gone') });
    await expect(ran).rejects.toMatchObject({ kind: 'webSocketError' });
  });
});

describe('a cell that ended after its connection had broken', () => {
  /** Two pieces of output here, and the end; the kernel has not said yet how many it sent. */
  function ended() {
    const ran = run();
    kernel.cell.starts().prints('one\n');
    kernel.link({ state: 'reconnecting', attempt: 1, reason: 'cut' });
    kernel.link({ state: 'reconnected' });
    kernel.cell.prints('three\n').replies().goesIdle();
    return ran;
  }
  const counts = (sent: number | null) => {
    const asked = kernel.sent.findLast(({ type }) => type === 'lecoder_count_request');
    kernel.emit('control', 'lecoder_count_reply', { sent, origin: 'kernel' }, { msg_id: asked?.id ?? '' });
  };
  const lost = () => events.filter(({ type }) => type === 'truncated');

  test('lost output when the kernel sent more than came, and that is said', async () => {
    const ran = ended();
    counts(3);
    await vi.advanceTimersByTimeAsync(500);
    expect((await ran).outcome).toEqual({ kind: 'ok' });
    expect(lost()).toEqual([{ type: 'truncated', reason: 'what was on its way when the connection broke is missing' }]);
  });

  test('lost nothing when the counts agree, which takes no time', async () => {
    const ran = ended();
    counts(2);
    expect((await ran).outcome).toEqual({ kind: 'ok' });
    expect(lost()).toEqual([]);
  });

  test('lost nothing that comes just behind the count', async () => {
    const ran = ended();
    counts(3);
    await vi.advanceTimersByTimeAsync(100);
    kernel.cell.prints('late\n');
    await vi.advanceTimersByTimeAsync(400);
    await ran;
    expect(lost()).toEqual([]);
  });

  test.each([
    ['does not know the number', () => counts(null)],
    ['does not answer', () => {}],
    ['dies', () => kernel.status('restarting')],
    ['is given up', () => kernel.link({ state: 'lost', error: new Error('gone') })],
    ['is interrupted', () => stop.abort()],
  ])('keeps its ending when the kernel %s', async (_, happens) => {
    const ran = ended();
    happens();
    await vi.advanceTimersByTimeAsync(2000);
    expect((await ran).outcome).toEqual({ kind: 'ok' });
    expect([lost(), calls]).toEqual([[], []]);
  });

  test('is asked about again when the connection breaks again', async () => {
    const ran = ended();
    kernel.link({ state: 'reconnected' });
    expect(kernel.sent.filter(({ type }) => type === 'lecoder_count_request')).toHaveLength(2);
    counts(3);
    await vi.advanceTimersByTimeAsync(500);
    await ran;
    expect(lost()).toHaveLength(1);
  });

  test('is asked about when its end came with the new connection, before that was said to be there', async () => {
    const ran = run();
    kernel.cell.starts().prints('one\n');
    kernel.link({ state: 'reconnecting', attempt: 1, reason: 'cut' });
    kernel.cell.prints('three\n').replies().goesIdle();
    kernel.link({ state: 'reconnected' });
    counts(3);
    await vi.advanceTimersByTimeAsync(500);
    expect((await ran).outcome).toEqual({ kind: 'ok' });
    expect(lost()).toHaveLength(1);
  });

  test('and was not cut is not asked about', async () => {
    const ran = run();
    kernel.cell.starts().replies().goesIdle();
    await ran;
    expect(kernel.sent.map(({ type }) => type)).not.toContain('lecoder_count_request');
  });
});

test('a reader that is behind holds the kernel link, not our memory', async () => {
  let release = () => {};
  const ran = run({}, event => {
    if (event.type !== 'output') return;
    return new Promise<void>(resolve => {
      release = resolve;
    });
  });
  kernel.cell.starts().prints('x');
  expect(kernel.held).toBe(1);
  release();
  await vi.advanceTimersByTimeAsync(0);
  expect(kernel.held).toBe(0);
  kernel.cell.replies().goesIdle();
  await ran;
});

test("the server's notice of dropped output is told from a program's words", async () => {
  const ran = run();
  kernel.question.tells({ oom: 0 }).goesIdle();
  kernel.cell
    .starts()
    .prints('IOPub data rate exceeded.\nThe Jupyter server…', 'stderr', 'server')
    .prints('IOPub data rate exceeded.', 'stderr')
    .replies()
    .goesIdle();
  await ran;
  expect(events.map(event => event.type)).toEqual(['truncated', 'output']);
});

describe('a cell right after another', () => {
  const requests = () => kernel.sent.filter(({ type }) => type === 'execute_request').length;

  /** Two cells that went well: the second one told what the kernel is like after it. */
  async function two({ apart = true, kills = 3 } = {}) {
    const first = run();
    kernel.question.tells({ oom: 0, ...(apart ? { apart } : {}) }).goesIdle();
    kernel.cell.starts().replies().goesIdle();
    await first;
    const second = run();
    kernel.question.tells({ oom: 0, ...(apart ? { apart } : {}) }).goesIdle();
    kernel.cell.starts().tells({ oom: kills }).goesIdle();
    await second;
    return requests();
  }

  test('is sent alone: the kernel is prepared', async () => {
    const before = await two();
    for (const sent of [1, 2, 3]) {
      const ran = run();
      expect(requests()).toBe(before + sent);
      kernel.cell.starts().tells({ oom: 3 }).goesIdle();
      expect((await ran).outcome).toEqual({ kind: 'ok' });
    }
  });

  test('knows from the cell before how often memory ran out', async () => {
    await two({ kills: 3 });
    const ran = run();
    kernel.cell.starts();
    kernel.status('restarting');
    kernel.question.tells({ oom: 3 }, 'second life');
    expect((await ran).outcome).toMatchObject({ kind: 'died', outOfMemory: false });
  });

  const failing = async () => {
    const ran = run();
    kernel.cell.starts().replies({ status: 'error', ename: 'KeyError', evalue: '', traceback: [] }).goesIdle();
    await ran;
  };
  test.each<[string, () => unknown, Partial<Cell>]>([
    ['with something set for it alone', () => {}, { env: { A: '1' } }],
    ['with a folder of its own', () => {}, { folder: '/tmp' }],
    ['a while later', () => vi.advanceTimersByTimeAsync(1000), {}],
    ['after one that failed', failing, {}],
    ['after somebody restarted the kernel', () => kernel.emit('control', 'shutdown_reply', { restart: true }, {}), {}],
    ['after the server restarted the kernel', () => kernel.status('restarting'), {}],
    ['after a new kernel was heard', () => kernel.emit('iopub', 'status', {}, {}, 'second life'), {}],
    ['after the connection broke', () => kernel.link({ state: 'reconnected' }), {}],
  ])('%s brings the preparation along', async (_, happens, cell) => {
    await two();
    await happens();
    const before = requests();
    void run(cell);
    expect(requests()).toBe(before + 2);
    expect(kernel.sent.at(-2)?.content.silent).toBe(true);
  });

  test('brings it along in a kernel that another version prepared', async () => {
    const before = await two({ apart: false });
    void run();
    expect(requests()).toBe(before + 2);
  });

  test('whose request was lost is asked once more', async () => {
    await two();
    const ran = run();
    const first = kernel.cell.id;
    kernel.link({ state: 'reconnected' });
    kernel.question.tells({ ending: null, oom: 3 });
    await vi.advanceTimersByTimeAsync(500);
    expect(kernel.cell.id).not.toBe(first);
    kernel.cell.starts().replies().goesIdle();
    expect((await ran).outcome).toEqual({ kind: 'ok' });
  });

  test.each([
    ['was started again meanwhile', 3, false],
    ['was killed for memory meanwhile', 4, true],
  ])('is not run twice where the kernel %s', async (_, kills, outOfMemory) => {
    await two({ kills: 3 });
    const ran = run();
    const first = kernel.cell.id;
    kernel.cell.starts();
    kernel.link({ state: 'reconnected' });
    kernel.question.tells({ ending: null, oom: kills }, 'second life');
    await vi.advanceTimersByTimeAsync(500);
    expect((await ran).outcome).toMatchObject({ kind: 'died', outOfMemory });
    expect(kernel.cell.id).toBe(first);
  });

  test('is not run twice where it met a kernel that nobody had prepared', async () => {
    await two();
    const ran = run();
    const first = kernel.cell.id;
    kernel.cell.starts('second life');
    kernel.link({ state: 'reconnected' });
    kernel.question.tells({ ending: null, oom: 3 }, 'second life');
    const refused = expect(ran).rejects.toMatchObject({ kind: 'webSocketError' });
    await vi.advanceTimersByTimeAsync(500);
    await refused;
    expect(kernel.cell.id).toBe(first);
  });
});
