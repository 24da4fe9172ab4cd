import type { Channel, KernelMessage, MessageHeader } from '../core/execution.ts';

/**
 * The two framings of Jupyter's kernel WebSocket. Source: the "WebSocket protocols" page of jupyter-server and the
 * wire document, section 4.5. `V1` is little-endian offsets and raw parts; without a subprotocol a message is JSON
 * text, or a big-endian offset table with JSON first when it carries buffers.
 */
export const V1 = 'v1.kernel.websocket.jupyter.org';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeMessage(message: KernelMessage, protocol: string): string | Uint8Array {
  if (protocol === V1) return encodeV1(message);
  return message.buffers.length === 0 ? JSON.stringify(message) : encodeJsonWithBuffers(message);
}

/** Throws `SyntaxError` or `RangeError` for bytes that are no message. */
export function decodeMessage(data: string | Uint8Array, protocol: string): KernelMessage {
  if (typeof data === 'string') return completed(JSON.parse(data), []);
  return protocol === V1 ? decodeV1(data) : decodeJsonWithBuffers(data);
}

function encodeV1(message: KernelMessage): Uint8Array {
  const parts = [
    encoder.encode(message.channel),
    ...[message.header, message.parent_header, message.metadata, message.content].map(part =>
      encoder.encode(JSON.stringify(part)),
    ),
    ...message.buffers,
  ];
  const table = 8 * (parts.length + 2);
  const frame = new Uint8Array(table + total(parts));
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(parts.length + 1), true);
  let offset = table;
  parts.forEach((part, index) => {
    view.setBigUint64(8 * (index + 1), BigInt(offset), true);
    frame.set(part, offset);
    offset += part.byteLength;
  });
  view.setBigUint64(8 * (parts.length + 1), BigInt(offset), true);
  return frame;
}

function decodeV1(data: Uint8Array): KernelMessage {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = Number(view.getBigUint64(0, true));
  if (count < 6 || 8 * (count + 1) > data.byteLength) throw new RangeError('not a kernel message: bad offset table');
  const offsets = Array.from({ length: count }, (_, index) => Number(view.getBigUint64(8 * (index + 1), true)));
  const part = (index: number) => data.subarray(offsets[index], offsets[index + 1]);
  const json = (index: number) => JSON.parse(decoder.decode(part(index)));
  const buffers = Array.from({ length: count - 6 }, (_, index) => part(index + 5));
  return {
    channel: decoder.decode(part(0)) as Channel,
    header: json(1),
    parent_header: json(2),
    metadata: json(3),
    content: json(4),
    buffers,
  };
}

function encodeJsonWithBuffers(message: KernelMessage): Uint8Array {
  const parts = [encoder.encode(JSON.stringify({ ...message, buffers: [] })), ...message.buffers];
  const table = 4 * (parts.length + 1);
  const frame = new Uint8Array(table + total(parts));
  const view = new DataView(frame.buffer);
  view.setUint32(0, parts.length);
  let offset = table;
  parts.forEach((part, index) => {
    view.setUint32(4 * (index + 1), offset);
    frame.set(part, offset);
    offset += part.byteLength;
  });
  return frame;
}

function decodeJsonWithBuffers(data: Uint8Array): KernelMessage {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = view.getUint32(0);
  if (count < 1 || 4 * (count + 1) > data.byteLength) throw new RangeError('not a kernel message: bad offset table');
  const offsets = Array.from({ length: count }, (_, index) => view.getUint32(4 * (index + 1)));
  const parts = offsets.map((offset, index) => data.subarray(offset, offsets[index + 1] ?? data.byteLength));
  return completed(JSON.parse(decoder.decode(parts[0])), parts.slice(1));
}

/** Servers leave out what is empty, and old ones send `null` for a missing parent. */
function completed(message: Partial<KernelMessage>, buffers: readonly Uint8Array[]): KernelMessage {
  return {
    channel: message.channel ?? 'iopub',
    header: message.header as MessageHeader,
    parent_header: message.parent_header ?? {},
    metadata: message.metadata ?? {},
    content: message.content ?? {},
    buffers,
  };
}

function total(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}
