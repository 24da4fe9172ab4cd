import type { Style } from '../../core/command.ts';
import type { Listing, RemoteEntry } from '../../core/files.ts';
import { localTime } from '../../util/time.ts';
import { printable } from '../printable.ts';

/** As `ls` and `ls -l` print it: what is no folder first, then each folder under its name. */
export function listingText(listings: readonly Listing[], long: boolean, style: Style): string {
  const loose = listings.filter(({ folder }) => !folder).flatMap(({ entries }) => entries);
  const folders = listings.filter(({ folder }) => folder);
  const blocks = loose.length > 0 ? [rows(loose, long, style)] : [];
  for (const { path, entries } of folders) {
    const title = listings.length > 1 ? `${printable(path)}:\n` : '';
    blocks.push(`${title}${rows(entries, long, style)}`);
  }
  return blocks.join(listings.length > 1 ? '\n\n' : '\n').replace(/\n+$/, '');
}

function rows(entries: readonly RemoteEntry[], long: boolean, style: Style): string {
  if (!long) return entries.map(entry => nameText(entry, style)).join('\n');
  const columns = entries.map(({ mode, links, owner, group, size, modified }) => [
    mode,
    String(links),
    owner,
    group,
    String(size),
    localTime(new Date(modified)),
  ]);
  const widths = [0, 1, 2, 3, 4, 5].map(at => Math.max(0, ...columns.map(row => row[at]?.length ?? 0)));
  return entries
    .map((entry, index) => {
      const cells = (columns[index] ?? []).map((cell, at) => {
        const width = widths[at] ?? 0;
        return at === 1 || at === 4 ? cell.padStart(width) : cell.padEnd(width);
      });
      const target = entry.target === null ? '' : ` -> ${printable(entry.target)}`;
      return `${cells.join(' ')} ${nameText(entry, style)}${target}`;
    })
    .join('\n');
}

function nameText({ name, kind }: RemoteEntry, style: Style): string {
  const text = printable(name);
  // A script wants the name alone.
  if (kind === 'folder') return style.width === Number.POSITIVE_INFINITY ? text : `${style.bold(text)}/`;
  return kind === 'link' ? style.cyan(text) : text;
}
