import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Report } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import { type LocalFiles, readIfThere, writePrivate } from './files.ts';
import { askPython, isReady, OLDEST, type Python, pythonIn } from './python.ts';

export interface VenvDeps {
  readonly host: Pick<Host, 'env' | 'platform' | 'processes' | 'now'>;
  readonly files: LocalFiles;
}

const PACKAGES = ['jupyter_server', 'ipykernel'];

/** The environment's interpreter, when its making was finished and it still works; null otherwise. */
export async function readyVenv({ host, files }: VenvDeps, signal: AbortSignal): Promise<string | null> {
  if ((await readIfThere(files.venvMark)) === null) return null;
  const path = pythonIn(host.platform, files.venv);
  const python = await askPython(host, path, signal);
  return python !== null && isReady(python) ? path : null;
}

/**
 * Makes the private environment, removing what an interrupted making left. Call it under the lock. Needs no answer, so
 * it asks none. Throws `runtimeUnavailable` naming what is missing and how to get it.
 */
export async function makeVenv(
  deps: VenvDeps,
  found: { base: Python | null; any: Python | null },
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const { host, files } = deps;
  const uv = (await run(deps, 'uv', ['--version'], signal)).status === 0;
  if (!uv) checkBase(found);
  const id = 'local-python';
  const text = `Making a private Python environment for the local runtime, once (about 40 MB to download) in ${files.venv}`;
  await report({ type: 'step', id, text, done: false });
  await rm(files.venv, { recursive: true, force: true, maxRetries: 5 });
  await mkdir(dirname(files.venv), { recursive: true, mode: 0o700 });
  const python = pythonIn(host.platform, files.venv);
  const base = found.base?.path ?? `>=${OLDEST.join('.')}`;
  const steps: readonly (readonly [string, ...string[]])[] = uv
    ? [
        ['uv', 'venv', '--python', base, files.venv],
        ['uv', 'pip', 'install', '--python', python, ...PACKAGES],
      ]
    : [
        [base, '-m', 'venv', files.venv],
        [python, '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', ...PACKAGES],
      ];
  for (const [command, ...args] of steps) {
    const { status, stderr, stdout } = await run(deps, command, args, signal);
    if (status !== 0) throw makingFailed(files, `${stdout}\n${stderr}`);
  }
  await writePrivate(files.venvMark, `${JSON.stringify({ madeAt: host.now().toISOString(), packages: PACKAGES })}\n`);
  await report({ type: 'step', id, text: 'Made the private Python environment', done: true });
}

async function run({ host }: VenvDeps, command: string, args: readonly string[], signal: AbortSignal) {
  // A PYTHONPATH or PYTHONHOME of the user's would leak other packages in, or break the new interpreter.
  const env = { ...host.env, PYTHONPATH: undefined, PYTHONHOME: undefined };
  const finished = await host.processes.run(command, args, { env, signal });
  signal.throwIfAborted();
  return finished;
}

function checkBase({ base, any }: { base: Python | null; any: Python | null }): void {
  const needed = OLDEST.join('.');
  if (any === null) {
    throw new Failure('runtimeUnavailable', 'there is no Python on this machine that could run a local kernel', {
      hints: [
        `Install Python ${needed} or newer from https://www.python.org/downloads/ or with the system's package manager`,
      ],
      retryable: false,
    });
  }
  if (base === null) {
    throw new Failure(
      'runtimeUnavailable',
      `Python ${any.version.join('.')} at \`${any.path}\` is too old for a local kernel`,
      {
        hints: [`Install Python ${needed} or newer, or name one with the setting \`localPython\``],
        retryable: false,
      },
    );
  }
  if (!base.venv) {
    throw new Failure(
      'runtimeUnavailable',
      `the Python at \`${base.path}\` cannot make environments: its \`venv\` module is not whole`,
      {
        hints: [
          'On Debian and Ubuntu: `sudo apt install python3-venv`',
          `Or \`${base.path} -m pip install jupyter_server ipykernel\`, and none has to be made`,
        ],
        retryable: false,
      },
    );
  }
}

function makingFailed(files: LocalFiles, output: string): Failure {
  return new Failure('runtimeUnavailable', 'the private Python environment of the local runtime could not be made', {
    details: output.trim().slice(-2000),
    hints: [
      'Check the network and, behind a proxy, `HTTPS_PROXY`; the packages come from the Python Package Index',
      `Check that there is room for 150 MB in \`${dirname(files.venv)}\``,
      'Or install `jupyter_server` and `ipykernel` into a Python on the search path',
    ],
  });
}
