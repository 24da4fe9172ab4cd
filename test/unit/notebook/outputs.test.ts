import { describe, expect, test } from 'vitest';
import type { KernelMessage } from '../../../src/core/execution.ts';
import { NotebookOutputs } from '../../../src/notebook/notebook-outputs.ts';
import { StreamText } from '../../../src/notebook/stream-text.ts';

function message(type: string, content: object, request = 'r1', buffers: Uint8Array[] = []): KernelMessage {
  const header = {
    msg_id: 'm',
    msg_type: type,
    session: 's',
    username: 'u',
    date: '2026-01-01T00:00:00.000001Z',
    version: '5.3',
  };
  const channel = type === 'execute_reply' ? 'shell' : 'iopub';
  return { channel, header, parent_header: { msg_id: request }, metadata: {}, content: { ...content }, buffers };
}
const stream = (text: string, name = 'stdout', request = 'r1') => message('stream', { name, text }, request);
const show = (text: string, id: string | null, type = 'display_data', request = 'r1') =>
  message(
    type,
    { data: { 'text/plain': text }, metadata: {}, transient: id === null ? {} : { display_id: id } },
    request,
  );

function started(...requests: string[]) {
  const sent: unknown[] = [];
  const outputs = new NotebookOutputs((id, data) => sent.push([id, data]));
  requests.forEach((request, index) => {
    outputs.begin(index, request);
  });
  const list = (cell = 0) => outputs.record(cell)?.outputs.list();
  return { outputs, list, sent };
}
const text = (value: string, name = 'stdout') => ({ output_type: 'stream', name, text: value });
const shown = (value: string) => ({ output_type: 'display_data', data: { 'text/plain': value }, metadata: {} });

describe('streams', () => {
  test('of one name in a row are one output', () => {
    const { outputs, list } = started('r1');
    for (const each of [stream('a'), stream('b\n'), stream('e', 'stderr'), stream('c')]) outputs.take(each);
    expect(list()).toEqual([text('ab\n'), text('e', 'stderr'), text('c')]);
  });

  test('an empty one is none', () => {
    const { outputs, list } = started('r1');
    outputs.take(stream(''));
    expect(list()).toEqual([]);
  });

  test.each([
    [['10%\r20%\r30%\n'], '30%\n'],
    [['10%', '\r', '20%'], '20%'],
    [['abc\rx\n'], 'xbc\n'],
    [['abc\r'], 'abc'],
    [['abc\b\bX'], 'aXc'],
    [['\b\bX'], 'X'],
    [['a\r\nb\r\n'], 'a\nb\n'],
    [['one\ntwo\nthree'], 'one\ntwo\nthree'],
    [['one\nt\rT\nthree\n\n', 'x'], 'one\nT\nthree\n\nx'],
    [['abc\rxy', '\nnext'], 'xyc\nnext'],
  ])('%j shows %j', (pieces, whole) => {
    const written = new StreamText();
    for (const piece of pieces) written.add(piece);
    expect(written.text).toBe(whole);
  });

  test('a bar that is drawn a hundred thousand times stays one line', () => {
    const written = new StreamText();
    for (let n = 0; n < 100_000; n += 1) written.add(`\r${n}`);
    expect(written.text).toBe('99999');
  });
});

describe('displays', () => {
  test('an update reaches every one with its id, in all cells', () => {
    const { outputs, list } = started('r1', 'r2');
    for (const each of [show('a', 'x'), show('b', null), show('c', 'x')]) outputs.take(each);
    outputs.takeChanged();
    outputs.take(show('new', 'x', 'update_display_data', 'r2'));
    expect([list(0), list(1)]).toEqual([[shown('new'), shown('b'), shown('new')], []]);
    expect(outputs.takeChanged()).toContain(0);
    outputs.take(show('again', 'x', 'display_data', 'r2'));
    expect([list(0), list(1)]).toEqual([[shown('again'), shown('b'), shown('again')], [shown('again')]]);
  });

  test('an update of what is not there is nothing', () => {
    const { outputs, list } = started('r1');
    outputs.take(show('a', 'x', 'update_display_data'));
    expect(list()).toEqual([]);
  });
});

describe('clear_output', () => {
  const clear = (wait: boolean) => message('clear_output', { wait });

  test('at once', () => {
    const { outputs, list } = started('r1');
    for (const each of [stream('a'), clear(false)]) outputs.take(each);
    expect(list()).toEqual([]);
  });

  test('with the next output', () => {
    const { outputs, list } = started('r1');
    for (const each of [stream('a'), clear(true)]) outputs.take(each);
    expect(list()).toEqual([text('a')]);
    outputs.take(stream('b'));
    expect(list()).toEqual([text('b')]);
  });

  test('what was cleared is updated no more', () => {
    const { outputs, list } = started('r1');
    for (const each of [show('a', 'x'), clear(false), show('n', 'x', 'update_display_data')]) outputs.take(each);
    expect(list()).toEqual([]);
  });
});

test('a thread that writes after its cell still writes there', () => {
  const { outputs, list } = started('r1', 'r2');
  outputs.take(stream('second', 'stdout', 'r2'));
  outputs.take(stream('late', 'stdout', 'r1'));
  expect([list(0), list(1)]).toEqual([[text('late')], [text('second')]]);
});

test('messages of others are nothing to us', () => {
  const { outputs, list } = started('r1');
  expect(outputs.take(stream('x', 'stdout', 'other'))).toBe(false);
  expect(list()).toEqual([]);
});

test('a cell that had to be asked for again begins anew', () => {
  const { outputs, list } = started('r1');
  outputs.take(stream('x'));
  outputs.begin(0, 'r1b');
  outputs.take(stream('y', 'stdout', 'r1b'));
  expect(list()).toEqual([text('y')]);
});

test('count, times and ending of a cell', () => {
  const { outputs } = started('r1');
  outputs.take(message('status', { execution_state: 'busy' }));
  outputs.take(message('execute_input', { execution_count: 7 }));
  outputs.take(message('error', { ename: 'E', evalue: 'v', traceback: ['t'] }));
  outputs.take(message('execute_reply', { status: 'error', ename: 'E', execution_count: 7 }));
  outputs.take(message('status', { execution_state: 'idle' }));
  const record = outputs.record(0);
  expect(record?.exception).toBe('E');
  const cell = record?.cell({
    cell_type: 'code',
    id: 'a',
    metadata: { tags: ['x'] },
    source: '',
    execution_count: null,
    outputs: [],
  });
  const at = '2026-01-01T00:00:00.000001Z';
  expect(cell).toMatchObject({
    execution_count: 7,
    outputs: [{ output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] }],
    metadata: {
      tags: ['x'],
      execution: {
        'iopub.status.busy': at,
        'iopub.execute_input': at,
        'shell.execute_reply': at,
        'iopub.status.idle': at,
      },
    },
  });
});

describe('widgets', () => {
  const model = { _model_name: 'M', _model_module: 'mod', _model_module_version: '1' };
  const opened = (id: string, state: object, more: object = {}, buffers: Uint8Array[] = []) =>
    message('comm_open', { comm_id: id, target_name: 'jupyter.widget', data: { state, ...more } }, 'r1', buffers);
  const said = (id: string, state: object) => message('comm_msg', { comm_id: id, data: { method: 'update', state } });

  test('the newest state is kept, with buffers as base64', () => {
    const { outputs } = started('r1');
    outputs.take(opened('w', { ...model, value: 1 }, { buffer_paths: [['img']] }, [Buffer.from('hi')]));
    outputs.take(said('w', { value: 2 }));
    outputs.take(opened('odd', { other: 1 }));
    expect(outputs.widgets()).toEqual({
      'application/vnd.jupyter.widget-state+json': {
        version_major: 2,
        version_minor: 0,
        state: {
          w: {
            model_name: 'M',
            model_module: 'mod',
            model_module_version: '1',
            state: { ...model, value: 2 },
            buffers: [{ data: 'aGk=', encoding: 'base64', path: ['img'] }],
          },
        },
      },
    });
  });

  test('an Output widget catches what is written while it is asked to, and tells the kernel', () => {
    const { outputs, list, sent } = started('r1');
    const output = { _model_name: 'OutputModel', _model_module: '@jupyter-widgets/output', outputs: [] };
    outputs.take(opened('o', output));
    outputs.take(said('o', { msg_id: 'r1' }));
    outputs.take(stream('in'));
    outputs.take(stream('side'));
    outputs.take(said('o', { msg_id: '' }));
    outputs.take(stream('out'));
    expect(list()).toEqual([text('out')]);
    expect(sent.at(-1)).toEqual(['o', { method: 'update', state: { outputs: [text('inside')] }, buffer_paths: [] }]);
    const widgets = outputs.widgets()?.['application/vnd.jupyter.widget-state+json'] as {
      state: { o: { state: object } };
    };
    expect(widgets.state.o.state).toMatchObject({ outputs: [text('inside')] });
  });

  test('without any there is no metadata', () => {
    expect(started('r1').outputs.widgets()).toBeNull();
  });
});
