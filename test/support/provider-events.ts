import type { Event, Report } from '../../src/core/events.ts';
import type { Doorway } from '../../src/core/runtime.ts';
import type { DoorwayCache } from '../../src/core/services.ts';

/** Takes events and keeps them. */
export function collected(): { readonly events: Event[]; readonly report: Report } {
  const events: Event[] = [];
  return { events, report: event => void events.push(event) };
}

/** Doorways that live as long as the test, in place of the encrypted file. */
export function doorwaysInMemory(): DoorwayCache {
  const kept = new Map<string, Doorway>();
  return {
    get: (provider, id) => kept.get(`${provider} ${id}`) ?? null,
    put: async (provider, id, doorway) => void kept.set(`${provider} ${id}`, doorway),
    drop: async (provider, id) => void kept.delete(`${provider} ${id}`),
  };
}
