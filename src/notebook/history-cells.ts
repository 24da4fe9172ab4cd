import type { HistoryEntry } from '../core/history.ts';
import type { CellOutput, CodeCell, NotebookCell, NotebookDocument } from '../core/notebook-document.ts';
import { isShortened } from '../util/shorten.ts';
import type { ScriptPart } from './python-script.ts';

/** Past runs, oldest first, as a notebook with what they gave. Shell commands are `!` or `%%bash` cells. */
export function historyNotebook(entries: readonly HistoryEntry[]): NotebookDocument {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python', file_extension: '.py' },
    },
    cells: withHeadings(entries, heading, codeCell),
  };
}

/** The same as parts of a script: what failed, or was too long to be kept whole, is there as a comment. */
export function historyScript(entries: readonly HistoryEntry[]): ScriptPart[] {
  return withHeadings<ScriptPart>(
    entries,
    session => ({ kind: 'text', text: headingText(session) }),
    entry => {
      const code = sourceOf(entry);
      const why = whyDead(entry, code);
      const kind = why !== null ? 'dead' : entry.mode === 'kernel' ? 'python' : 'shell';
      return { kind, title: why === null ? entry.timestamp : `${entry.timestamp}, ${why}`, code };
    },
  );
}

/** How many runs a script holds as comments. */
export function deadCount(parts: readonly ScriptPart[]): number {
  return parts.filter(({ kind }) => kind === 'dead').length;
}

function whyDead({ status, error }: HistoryEntry, code: string): string | null {
  if (isShortened(code)) return 'not run: the history keeps only the two ends of such a long code';
  if (status === 'abort') return 'not run: it was interrupted';
  return status === 'ok' ? null : `not run: it failed (${error?.name ?? error?.category ?? 'unknown'})`;
}

/** A heading wherever another session begins. */
function withHeadings<T>(
  entries: readonly HistoryEntry[],
  above: (session: string | null, index: number) => T,
  one: (entry: HistoryEntry, index: number) => T,
): T[] {
  return entries.flatMap((entry, index) => {
    const before = entries[index - 1];
    const same = before !== undefined && before.session === entry.session;
    return same ? [one(entry, index)] : [above(entry.session, index), one(entry, index)];
  });
}

function headingText(session: string | null): string {
  return session === null ? '## Runs without a session' : `## Session ${session}`;
}

function heading(session: string | null, index: number): NotebookCell {
  return { cell_type: 'markdown', id: `session-${index + 1}`, metadata: {}, source: headingText(session) };
}

function codeCell(entry: HistoryEntry, index: number): CodeCell {
  const { startedAt, completedAt } = entry.timing;
  return {
    cell_type: 'code',
    id: `run-${index + 1}`,
    metadata: {
      execution: { 'iopub.execute_input': startedAt, 'shell.execute_reply': completedAt },
      lecoder: { run: entry.id, status: entry.status },
    },
    execution_count: entry.execution_count,
    source: entry.mode === 'kernel' ? sourceOf(entry) : shellCell(sourceOf(entry)),
    outputs: outputsOf(entry),
  };
}

function sourceOf({ code, command }: HistoryEntry): string {
  return (code ?? command ?? '').replace(/\r\n?/g, '\n').replace(/\n+$/, '');
}

/** `!` replaces what looks like a Python variable, `%%bash` nothing. */
function shellCell(command: string): string {
  return /[\n${}]|^[!\s]|\\$/.test(command) ? `%%bash\n${command}` : `!${command}`;
}

/** Streams come before displays and the result: in which order they came is not recorded. */
function outputsOf(entry: HistoryEntry): CellOutput[] {
  const { stdout, stderr, result, display_data, execution_count } = entry;
  const streams = (['stdout', 'stderr'] as const).flatMap((name): CellOutput[] => {
    const text = name === 'stdout' ? stdout : stderr;
    return text === '' ? [] : [{ output_type: 'stream', name, text }];
  });
  // A result that is more than text stands among the displays too.
  const rich = result === null ? -1 : display_data.findLastIndex(({ data }) => plain(data['text/plain']) === result);
  const displays = display_data.map(
    ({ data, metadata }, index): CellOutput =>
      index === rich
        ? { output_type: 'execute_result', data, metadata, execution_count }
        : { output_type: 'display_data', data, metadata },
  );
  const text: CellOutput[] =
    result === null || rich >= 0
      ? []
      : [{ output_type: 'execute_result', data: { 'text/plain': result }, metadata: {}, execution_count }];
  return [...streams, ...displays, ...text, ...errorOf(entry)];
}

/** A command's status is no exception: what it said stands in its streams. */
function errorOf({ error, status, mode }: HistoryEntry): CellOutput[] {
  if (error === undefined || status === 'ok' || mode === 'terminal') return [];
  const ename = error.name ?? 'Error';
  const said = `${ename}: ${error.message}`;
  const traceback = error.traceback_lines ?? [said];
  const evalue = error.message.startsWith(`${ename}: `) ? error.message.slice(ename.length + 2) : error.message;
  return [{ output_type: 'error', ename, evalue, traceback }];
}

function plain(value: unknown): unknown {
  return Array.isArray(value) ? value.join('') : value;
}
