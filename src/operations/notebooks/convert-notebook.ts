import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { Session } from '../../core/session.ts';
import { sessionInUse } from '../sessions/ensure-session.ts';
import { openKernel } from '../sessions/open-kernel.ts';
import { touch } from '../sessions/touch-session.ts';

/** A notebook as it stands in its file, and what it is to become. */
export interface Conversion {
  readonly notebook: string;
  /** For the title of the page. */
  readonly name: string;
  /** Where files that it names are looked for; only of use on this machine. */
  readonly folder: string;
  readonly format: 'html' | 'pdf';
}

export interface Converted {
  readonly content: Uint8Array;
  readonly by: 'local' | 'runtime';
}

type Answer =
  | { readonly content: string }
  | { readonly missing: Lack }
  /** nbconvert's own complaint. */
  | { readonly failed: string };

/** `nbconvert` also where no Python can be started. */
type Lack = 'nbconvert' | 'tex' | 'chromium';

/**
 * Converts with nbconvert: with one of this machine, else with the one of the runtime in use. No machine is asked for.
 * Throws `importError`, which says what is missing where, and `runtimeError` when nbconvert cannot convert it.
 */
export async function convertNotebook(conversion: Conversion, context: CommandContext): Promise<Converted> {
  const here = await locally(conversion, context);
  if ('content' in here) return { content: Buffer.from(here.content, 'base64'), by: 'local' };
  if ('failed' in here) throw refused(conversion, here.failed, 'on this machine');
  const session = await sessionInUse(context.services);
  // The local runtime is this machine.
  const there = session === null || session.provider === 'local' ? null : await remotely(conversion, session, context);
  if (there === null) throw lacking(conversion, here.missing, null);
  if ('content' in there) return { content: Buffer.from(there.content, 'base64'), by: 'runtime' };
  if ('failed' in there) throw refused(conversion, there.failed, 'on the runtime');
  throw lacking(conversion, here.missing, there.missing);
}

async function locally(conversion: Conversion, { services, signal }: CommandContext): Promise<Exclude<Answer, null>> {
  const { host } = services;
  const program = await source();
  let best: Answer = { missing: 'nbconvert' };
  for (const python of await services.pythons()) {
    const { status, stdout } = await host.processes.run(python, ['-c', program], {
      input: JSON.stringify(conversion),
      env: { ...host.env, PYTHONUTF8: '1' },
      signal,
    });
    signal.throwIfAborted();
    const answer = status === 0 ? read(stdout) : null;
    if (answer !== null && !('missing' in answer)) return answer;
    if (answer !== null && answer.missing !== 'nbconvert') best = answer;
  }
  return best;
}

async function remotely(
  conversion: Conversion,
  session: Session,
  { services, report, signal }: CommandContext,
): Promise<Answer> {
  const [live, open, program] = await Promise.all([
    openKernel({ session, role: 'helper' }, services, report, signal),
    services.remoteHalf(),
    source(),
  ]);
  const half = open(live.link);
  const stdout: Uint8Array[] = [];
  try {
    const run = half.shell(
      {
        command: FIRST_WITH_NBCONVERT,
        env: { LECODER_PROGRAM: program, PYTHONUTF8: '1' },
        timeout: null,
        folder: null,
        input: once(Buffer.from(JSON.stringify({ ...conversion, folder: '' }))),
        terminal: null,
      },
      event => {
        if (event.type === 'output' && event.stream === 'stdout') stdout.push(Buffer.from(event.data as Uint8Array));
      },
    );
    const stop = () => run.signal('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    await run.outcome.finally(() => signal.removeEventListener('abort', stop));
    signal.throwIfAborted();
    return read(Buffer.concat(stdout).toString('utf8')) ?? { missing: 'nbconvert' };
  } finally {
    half.close();
    live.link.close();
    await touch(live.session, services);
  }
}

/** The Python of the kernel, which is our parent there, need not be on the path. */
const FIRST_WITH_NBCONVERT = `own=$(tr '\\0' '\\n' < "/proc/$PPID/cmdline" 2>/dev/null | head -n 1)
for python in "$own" python3 python; do
  if "$python" -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("nbconvert") is None)' 2>/dev/null; then
    exec "$python" -c "$LECODER_PROGRAM"
  fi
done
exit 3`;

async function source(): Promise<string> {
  return (await import('../../notebook/convert_notebook.py')).default;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** Null for what is no answer of the program. */
function read(text: string): Answer | null {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

function refused({ name, format }: Conversion, why: string, where: string): Failure {
  return new Failure('runtimeError', `nbconvert ${where} cannot make ${format.toUpperCase()} of \`${name}\``, {
    details: why,
    hints: [],
  });
}

const WORDS: Readonly<Record<Lack, string>> = {
  nbconvert: 'no nbconvert',
  tex: 'no xelatex with pandoc, nor playwright',
  chromium: 'playwright but no chromium for it',
};

/** Names what to install, on each side. */
function lacking({ format }: Conversion, here: Lack, there: Lack | null): Failure {
  const places = [`this machine has ${WORDS[here]}`, ...(there === null ? [] : [`the runtime ${WORDS[there]}`])];
  const hints = [`here: ${remedy(here, format)}`];
  if (there !== null) hints.push(`on the runtime: \`lecoder-cgpu run "${remedyCommand(there, format)}"\``);
  else hints.push('or connect to a runtime that has it: it is then done there');
  return new Failure('importError', `${format.toUpperCase()} is made by nbconvert, and ${places.join(', ')}`, {
    suggestion: remedyCommand(here, format),
    hints,
  });
}

function remedy(lack: Lack, format: Conversion['format']): string {
  const command = `\`${remedyCommand(lack, format)}\``;
  return lack === 'tex' || (lack === 'nbconvert' && format === 'pdf')
    ? `${command}, or xelatex (TeX Live) and pandoc`
    : command;
}

function remedyCommand(lack: Lack, format: Conversion['format']): string {
  const chromium = 'python3 -m playwright install chromium';
  if (lack === 'chromium') return chromium;
  if (format === 'html') return 'pip install nbconvert';
  return `pip install 'nbconvert[webpdf]' && ${chromium}`;
}
