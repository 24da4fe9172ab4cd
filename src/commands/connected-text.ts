import type { Connected } from '../operations/connect/connect.ts';

/** Which session was connected, on what machine. */
export function connectedText({ session, runtime, fresh }: Connected): string {
  const gpu = runtime.gpu ? ` (${runtime.gpu})` : '';
  return `session \`${session.name}\` on ${runtime.label}${gpu}${fresh ? ', new' : ''}`;
}
