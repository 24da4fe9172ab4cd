import type { Style } from '../core/command.ts';
import type { ConflictReason } from '../operations/sync/sync-plan.ts';
import type { SyncChange, SyncReport } from '../operations/sync/sync-report.ts';
import { syncTotals } from '../operations/sync/sync-totals.ts';
import { printable } from './printable.ts';

/** Lines that are printed before they are only counted. */
const MOST_LINES = 20;

const SIGNS: Readonly<Record<SyncChange['change'], string>> = { create: '+', update: '~', mode: 'm', delete: '-' };

const REASONS: Readonly<Record<ConflictReason, string>> = {
  'both-changed': 'changed on both sides',
  'never-synced': 'there already, and different',
  'removed-and-changed': 'removed on one side, changed on the other',
  'folder-in-the-way': 'a folder in the way holds what was never synced, or is left out',
  'differs-in-case': 'differs from another name only in the case of its letters',
};

/** What changed, one line each, then what is in conflict, and the sum of it all. */
export function syncText(report: SyncReport, style: Style): string {
  const { changes, conflicts, kept, dryRun, rounds } = report;
  if (rounds !== undefined) return '';
  const all = changes.map(({ path, change, kind }) =>
    paint(change, `${SIGNS[change]} ${printable(path)}${kind === 'folder' ? '/' : ''}`, style),
  );
  // Who asks what would happen wants to know all of it.
  const shown = dryRun ? all : all.slice(0, MOST_LINES);
  const more = all.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [style.dim(`… and ${more} more`)] : []),
    ...conflicts.map(({ path, reason }) => style.red(`! ${printable(path)}: ${REASONS[reason]}`)),
    ...kept
      .slice(0, MOST_LINES)
      .map(path => style.yellow(`= ${printable(path)}: changed only ${where(report)}, left as it is`)),
    ...(kept.length > MOST_LINES ? [style.dim(`… and ${kept.length - MOST_LINES} more of these`)] : []),
    syncTotals(report),
  ].join('\n');
}

function paint(change: SyncChange['change'], line: string, style: Style): string {
  if (change === 'create') return style.green(line);
  return change === 'delete' ? style.yellow(line) : line;
}

function where({ direction }: SyncReport): string {
  return direction === 'push' ? 'on the runtime' : 'here';
}
