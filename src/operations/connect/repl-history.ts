import { appendFile, chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Services } from '../../core/services.ts';

/** Cells kept at most; the file may grow to twice as many before it is cut. */
const MOST = 1000;

type Parts = Pick<Services, 'paths' | 'locks' | 'settings' | 'host'>;

/** What was typed at prompts before, the newest first. One JSON string a line, so that a cell may have many. */
export async function readReplHistory(services: Parts): Promise<readonly string[]> {
  const entries = await lines(fileOf(services));
  const newest = entries.slice(-cap(services)).reverse();
  return [...new Set(newest)];
}

/** Appends one cell, safe beside other prompts. A history that cannot be written must not cost the cell. */
export async function rememberCell(cell: string, services: Parts): Promise<void> {
  const most = cap(services);
  if (most === 0) return;
  const path = fileOf(services);
  try {
    await services.locks.hold('repl-history', async () => {
      await appendFile(path, `${JSON.stringify(cell)}\n`, { mode: 0o600 });
      const all = await lines(path);
      if (all.length > 2 * most) await replace(path, all.slice(-most), services);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

async function replace(path: string, entries: readonly string[], { host }: Parts): Promise<void> {
  const next = `${path}.${host.pid}`;
  await writeFile(next, entries.map(entry => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
  await chmod(next, 0o600);
  await rename(next, path);
}

/** Lines that do not parse are skipped, as is a file that is not there. */
async function lines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap(line => {
    try {
      const entry: unknown = JSON.parse(line);
      return typeof entry === 'string' ? [entry] : [];
    } catch {
      return [];
    }
  });
}

function cap({ settings }: Parts): number {
  return Math.min(MOST, settings.maxHistorySize);
}

function fileOf({ paths }: Parts): string {
  return join(paths.state, 'repl-history');
}
