import * as z from 'zod/mini';
import type { Style } from '../core/command.ts';
import type { Transfer } from '../core/files.ts';
import { bytesText } from '../util/bytes-text.ts';
import { durationText } from '../util/time.ts';
import { printable } from './printable.ts';

/** The options of `upload` and `download`. */
export const TRANSFER_INPUT = {
  to: z._default(z.nullable(z.string()), null),
  resume: z._default(z.boolean(), true),
  verify: z._default(z.boolean(), true),
};

/** With how long it took, in milliseconds. */
export interface Timed extends Transfer {
  readonly elapsed: number;
}

/** Lines that are printed before they are only counted. */
const MOST_LINES = 20;

export function transferText(transfer: Timed, style: Style, up: boolean): string {
  const { files, bytes, resumed, folders, links, elapsed } = transfer;
  const lines = files
    .slice(0, MOST_LINES)
    .map(({ local, remote }) => printable(up ? `${local} → ${remote}` : `${remote} → ${local}`));
  if (files.length > MOST_LINES) lines.push(style.dim(`… and ${files.length - MOST_LINES} more`));
  const counts = [
    count(files.length, 'file'),
    folders > 0 && count(folders, 'folder'),
    links > 0 && count(links, 'link'),
  ];
  const moved = bytes - resumed;
  const rate = elapsed > 0 ? `, ${bytesText(Math.round((1000 * moved) / elapsed))}/s` : '';
  const before = resumed > 0 ? `, ${bytesText(resumed)} of it were there already` : '';
  const checked = files.some(file => file.sha256 !== null) ? ', SHA-256 compared' : '';
  lines.push(
    `${counts.filter(Boolean).join(', ')}: ${bytesText(bytes)} in ${durationText(elapsed)}${rate}${before}${checked}`,
  );
  return lines.join('\n');
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
