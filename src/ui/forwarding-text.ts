import type { Event } from '../core/events.ts';

/** What people read about a forwarded port; the runtime's own name goes without saying. */
export function forwardingText({
  local,
  remote,
}: Pick<Extract<Event, { type: 'listening' }>, 'local' | 'remote'>): string {
  return `Forwarding from ${local} -> ${remote.replace(/^localhost:/, '')}`;
}
