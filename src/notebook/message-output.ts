import type { JsonObject, MimeBundle } from '../core/events.ts';
import type { KernelMessage } from '../core/execution.ts';
import type { CellOutput } from '../core/notebook-document.ts';

/** The output that a message of the kernel is, as nbformat has it; null for a message that is none. */
export function outputOf({ header, content }: KernelMessage): CellOutput | null {
  switch (header.msg_type) {
    case 'stream':
      return {
        output_type: 'stream',
        name: content.name === 'stderr' ? 'stderr' : 'stdout',
        text: String(content.text ?? ''),
      };
    case 'display_data':
    case 'update_display_data':
      return { output_type: 'display_data', data: bundle(content.data), metadata: object(content.metadata) };
    case 'execute_result':
      return {
        output_type: 'execute_result',
        data: bundle(content.data),
        metadata: object(content.metadata),
        execution_count: typeof content.execution_count === 'number' ? content.execution_count : null,
      };
    case 'error':
      return {
        output_type: 'error',
        ename: String(content.ename ?? 'Error'),
        evalue: String(content.evalue ?? ''),
        traceback: Array.isArray(content.traceback) ? content.traceback.map(String) : [],
      };
    default:
      return null;
  }
}

export function displayIdOf({ content }: KernelMessage): string | null {
  const id = content.transient?.display_id;
  return typeof id === 'string' && id !== '' ? id : null;
}

/** Only types of JSON may hold anything but text: else the notebook would not be valid, and nothing could open it. */
function bundle(value: unknown): MimeBundle {
  const entries = Object.entries(object(value)).map(([type, data]) => [type, isJson(type) ? data : textOf(data)]);
  return Object.fromEntries(entries);
}

function isJson(type: string): boolean {
  return /^application\/(.+\+)?json$/.test(type);
}

/** Old kernels send text as lists of lines; what is no text is kept as JSON. */
function textOf(data: unknown): string {
  if (typeof data === 'string') return data;
  const lines = Array.isArray(data) && data.every(line => typeof line === 'string');
  return lines ? data.join('') : JSON.stringify(data);
}

function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}
