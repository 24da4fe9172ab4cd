import { beforeEach, describe, expect, test } from 'vitest';
import type { Cell, ColabAnswers, KernelMessage } from '../../../src/core/execution.ts';
import { CellRun } from '../../../src/jupyter/cell-run.ts';
import { PuppetKernel } from '../../support/puppet-kernel.ts';

let kernel: PuppetKernel;
let ending: Promise<unknown>;

function start(colab: ColabAnswers, answer: Cell['answer'] = null) {
  kernel = new PuppetKernel();
  const cell: Cell = { code: 'x', timeout: null, env: {}, answer, colab };
  const control = { interrupt: async () => true, restart: async () => true };
  ending = new CellRun({
    link: kernel,
    cell,
    control,
    report: () => {},
    signal: new AbortController().signal,
  }).finish();
  kernel.cell.starts();
}

/** As Colab's kernel sends it: no request of ours as the parent, only our session. */
function ask(
  type: string,
  request: unknown,
  id?: number,
  parent: KernelMessage['parent_header'] = { session: kernel.session },
) {
  kernel.emit('iopub', 'colab_request', { request }, parent, 'kernel', {
    colab_request_type: type,
    ...(id === undefined ? {} : { colab_msg_id: id }),
  });
}

const replies = () => kernel.sent.filter(message => message.type === 'input_reply');
const settle = () => new Promise(resolve => setImmediate(resolve));

describe('a request that waits for an answer', () => {
  beforeEach(() =>
    start(async type =>
      type === 'GetSecret' ? { data: { exists: true, access: true, payload: 'v' } } : { error: 'not here' },
    ),
  );

  test('gets it on stdin, as an object', async () => {
    ask('GetSecret', { key: 'HF_TOKEN' }, 7);
    await settle();
    expect(replies()).toMatchObject([
      { channel: 'stdin', content: { value: { type: 'colab_reply', colab_msg_id: 7, data: { payload: 'v' } } } },
    ]);
  });

  test.each(['cell_javascript_eval', 'add_scratch_cell', 'register_snippets', 'something new'])(
    '%s gets at least an error',
    async type => {
      ask(type, {}, 3);
      await settle();
      expect(replies()).toMatchObject([{ content: { value: { colab_msg_id: 3, error: 'not here' } } }]);
    },
  );

  test('of a cell carries the cell as its parent', async () => {
    ask('cell_javascript_eval', { script: '1' }, 4, { msg_id: kernel.cell.id });
    await settle();
    expect(replies()).toHaveLength(1);
  });

  test('of another client is not ours to answer', async () => {
    ask('GetSecret', { key: 'HF_TOKEN' }, 8, { session: 'somebody-else' });
    await settle();
    expect(replies()).toEqual([]);
  });
});

describe('a shell escape that reads from us', () => {
  test('gets lines with their ends, unasked, until it is through', async () => {
    const typed = ['yes', 'secret'];
    const hidden: boolean[] = [];
    let waiting = () => {};
    start(
      async () => ({ error: '' }),
      (_, password, signal) => {
        hidden.push(password);
        const line = typed.shift();
        if (line !== undefined) return Promise.resolve(line);
        return new Promise(resolve => {
          waiting = () => resolve(null);
          signal.addEventListener('abort', () => resolve(null));
        });
      },
    );
    ask('cell_update_stdin', { echo: false });
    ask('cell_display_stdin', { delayMillis: 0 });
    await settle();
    await settle();
    expect(replies().map(({ content }) => content.value)).toEqual(['yes\n', 'secret\n']);
    expect(hidden).toEqual([true, true, true]);
    ask('cell_remove_stdin', {});
    waiting();
    kernel.cell.replies().goesIdle();
    await expect(ending).resolves.toMatchObject({ outcome: { kind: 'ok' } });
  });

  test('gets nothing where nobody is at a terminal', async () => {
    start(async () => ({ error: '' }));
    ask('cell_display_stdin', { delayMillis: 0 });
    await settle();
    expect(replies()).toEqual([]);
  });
});
