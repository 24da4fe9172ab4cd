import { bytesText } from '../../util/bytes-text.ts';
import { durationText } from '../../util/time.ts';
import type { SyncReport } from './sync-report.ts';

/** One line: what was moved and removed, what was the same, where to, and how long it took. */
export function syncTotals({ changes, conflicts, kept, extra, unchanged, ...rest }: SyncReport): string {
  const { bytes, elapsed, dryRun, direction, local, remote } = rest;
  const moved = changes.filter(({ change, kind }) => (change === 'create' || change === 'update') && kind !== 'folder');
  const removed = changes.filter(({ change }) => change === 'delete').length;
  const folders = changes.filter(({ change, kind }) => change === 'create' && kind === 'folder').length;
  const modes = changes.filter(({ change }) => change === 'mode').length;
  const facts = [
    `${count(moved.length, 'file')} ${direction === 'push' ? 'sent' : 'fetched'}${bytes > 0 ? ` (${bytesText(bytes)})` : ''}`,
    folders > 0 && `${count(folders, 'folder')} made`,
    modes > 0 && `${count(modes, 'mode')} changed`,
    removed > 0 && `${removed} removed`,
    conflicts.length > 0 && `${count(conflicts.length, 'conflict')}`,
    kept.length > 0 && `${kept.length} kept`,
    extra > 0 && `${extra} only ${direction === 'push' ? 'there' : 'here'}`,
    `${unchanged} unchanged`,
  ];
  const [from, to] = direction === 'push' ? [local, remote] : [remote, local];
  const head = dryRun ? 'would be: ' : '';
  return `${head}${facts.filter(Boolean).join(', ')}; ${from} → ${to} in ${durationText(elapsed)}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
