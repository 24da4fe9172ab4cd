import type { ExecutionEvent, JsonObject, MimeBundle } from '../core/events.ts';
import type { KernelMessage } from '../core/execution.ts';

export type OutputNews = Extract<ExecutionEvent, { type: 'output' | 'display' | 'result' | 'clear' | 'truncated' }>;

/**
 * Output messages as events; null for what is none. `fromServer` marks messages the Jupyter server made itself: its
 * notice that it dropped output looks like the program's own stderr and must not be passed off as that.
 */
export function readOutput({ header, content }: KernelMessage, fromServer: boolean): OutputNews | null {
  switch (header.msg_type) {
    case 'stream': {
      const text = String(content.text ?? '');
      if (fromServer && /^IOPub (data|message) rate exceeded/.test(text))
        return { type: 'truncated', reason: notice(text) };
      return { type: 'output', stream: content.name === 'stderr' ? 'stderr' : 'stdout', data: text };
    }
    case 'display_data':
    case 'update_display_data':
      return {
        type: 'display',
        data: bundle(content.data),
        metadata: object(content.metadata),
        displayId: content.transient?.display_id ?? null,
        update: header.msg_type === 'update_display_data',
      };
    case 'execute_result':
      return {
        type: 'result',
        data: bundle(content.data),
        metadata: object(content.metadata),
        executionCount: content.execution_count ?? null,
      };
    case 'clear_output':
      return { type: 'clear', wait: content.wait === true };
    default:
      return null;
  }
}

function notice(text: string): string {
  const kind = text.startsWith('IOPub data') ? 'data' : 'message';
  return `the Jupyter server dropped output: its iopub ${kind} rate limit was exceeded (\`iopub_${kind === 'data' ? 'data' : 'msg'}_rate_limit\`)`;
}

function bundle(value: unknown): MimeBundle {
  const entries = Object.entries(object(value)).map(([type, data]) => [
    type,
    Array.isArray(data) ? data.join('') : data,
  ]);
  return Object.fromEntries(entries);
}

function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}
