import type { KernelMessage, Outcome } from '../core/execution.ts';

/** What an `execute_reply` says of how the cell ended. */
export function outcomeOfReply(content: KernelMessage['content']): Outcome {
  if (content.status === 'ok') return { kind: 'ok' };
  const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
  return outcomeOfError(String(content.ename ?? 'Error'), String(content.evalue ?? ''), traceback);
}

export function outcomeOfError(name: string, message: string, traceback: readonly string[]): Outcome {
  if (name === 'SystemExit') return exitOutcome(message, traceback);
  if (name === 'KeyboardInterrupt') return { kind: 'interrupted', traceback };
  return { kind: 'exception', name, message, traceback };
}

/** Python's own rule: none and 0 are success, a number is the status, anything else is printed and means 1. */
function exitOutcome(message: string, traceback: readonly string[]): Outcome {
  if (message === '' || message === 'None' || message === '0' || message === 'False') return { kind: 'ok' };
  if (message === 'True') return { kind: 'exit', status: 1 };
  if (/^-?\d+$/.test(message)) {
    const status = Number(message) & 0xff;
    return status === 0 ? { kind: 'ok' } : { kind: 'exit', status };
  }
  return { kind: 'exception', name: 'SystemExit', message, traceback };
}
