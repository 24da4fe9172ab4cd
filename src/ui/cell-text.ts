import type { Event } from '../core/events.ts';
import { durationText } from '../util/time.ts';

/** Milliseconds. How long a quick cell took is of no interest. */
const WORTH_SAYING = 1000;

/** The line for a cell of a notebook, or null for none: every beginning, and an end that says something new. */
export function cellText(event: Extract<Event, { type: 'cell' }>): string | null {
  const { cell, total, name, status, duration } = event;
  const run = event.run === undefined ? '' : `[${event.run}] `;
  const place = `${run}[${String(cell).padStart(String(total).length)}/${total}]`;
  if (status === 'running') return name === '' ? place : `${place} ${name}`;
  const after = duration === null ? '' : ` after ${durationText(duration)}`;
  if (status === 'error') return `${place} failed${after}`;
  return duration !== null && duration >= WORTH_SAYING ? `${place} done${after}` : null;
}
