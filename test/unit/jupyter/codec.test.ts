import { deserialize, serialize } from '@jupyterlab/services/lib/kernel/serialize.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KernelMessage } from '../../../src/core/execution.ts';
import { decodeMessage, encodeMessage, V1 } from '../../../src/jupyter/codec.ts';

const json = fc.jsonValue({ maxDepth: 3 }).map(value => JSON.parse(JSON.stringify(value)));
const record = fc.dictionary(fc.string(), json).map(value => JSON.parse(JSON.stringify(value)));
const header = fc.record({
  msg_id: fc.string({ minLength: 1 }),
  msg_type: fc.constantFrom('execute_request', 'comm_msg', 'stream', 'input_reply'),
  session: fc.string(),
  username: fc.string({ unit: 'grapheme' }),
  date: fc.constant('2026-11-20T00:00:00.000Z'),
  version: fc.constant('5.3'),
});
const message: fc.Arbitrary<KernelMessage> = fc.record({
  channel: fc.constantFrom('shell', 'iopub', 'stdin', 'control'),
  header,
  parent_header: fc.oneof(fc.constant({}), header),
  metadata: record,
  content: record,
  buffers: fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 4 }),
});

describe.each([V1, ''])('framing %j', protocol => {
  test('what we write, we read', () => {
    fc.assert(
      fc.property(message, original => {
        expect(plain(decodeMessage(encodeMessage(original, protocol), protocol))).toEqual(plain(original));
      }),
    );
  });

  test('what we write, the reference implementation reads', () => {
    fc.assert(
      fc.property(message, original => {
        const written = encodeMessage(original, protocol);
        const data = typeof written === 'string' ? written : (written.slice().buffer as ArrayBuffer);
        const read = deserialize(data as ArrayBuffer, protocol) as unknown as KernelMessage;
        expect(plain({ ...read, buffers: views(read.buffers) })).toEqual(plain(original));
      }),
    );
  });

  test('what the reference implementation writes, we read', () => {
    fc.assert(
      fc.property(message, original => {
        const written = serialize(
          { ...original, buffers: original.buffers.map(buffer => buffer.slice()) } as unknown as Parameters<
            typeof serialize
          >[0],
          protocol,
        );
        const data = typeof written === 'string' ? written : new Uint8Array(written);
        expect(plain(decodeMessage(data, protocol))).toEqual(plain(original));
      }),
    );
  });

  test('a frame cut short is refused, not misread', () => {
    const whole = encodeMessage(
      {
        channel: 'shell',
        header: {} as never,
        parent_header: {},
        metadata: {},
        content: {},
        buffers: [new Uint8Array(9)],
      },
      protocol,
    );
    expect(() => decodeMessage((whole as Uint8Array).subarray(0, 6), protocol)).toThrow(RangeError);
  });
});

test('a byte offset inside a larger buffer is respected', () => {
  const original: KernelMessage = {
    channel: 'iopub',
    header: {} as never,
    parent_header: {},
    metadata: {},
    content: { a: 1 },
    buffers: [new Uint8Array([7, 8])],
  };
  const frame = encodeMessage(original, V1) as Uint8Array;
  const padded = new Uint8Array(frame.length + 5);
  padded.set(frame, 5);
  expect(plain(decodeMessage(padded.subarray(5), V1))).toEqual(plain(original));
});

function plain(value: KernelMessage) {
  const { channel, header: head, parent_header, metadata, content, buffers } = value;
  return {
    channel,
    header: { ...head },
    parent_header: { ...parent_header },
    metadata,
    content,
    buffers: buffers.map(buffer => [...buffer]),
  };
}

/** The reference hands buffers out as `DataView` or `ArrayBuffer`. */
function views(buffers: readonly unknown[] | undefined): Uint8Array[] {
  return (buffers ?? []).map(buffer =>
    buffer instanceof ArrayBuffer
      ? new Uint8Array(buffer)
      : new Uint8Array((buffer as DataView).buffer, (buffer as DataView).byteOffset, (buffer as DataView).byteLength),
  );
}
