import type { Event, Report } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { LocalSettings } from '../core/settings.ts';
import type { LocalFiles } from './files.ts';
import { makeVenv, readyVenv } from './private-venv.ts';
import { askPython, candidates, isNewEnough, isReady, OLDEST, type Python } from './python.ts';

export interface PythonDeps {
  readonly host: Pick<Host, 'env' | 'platform' | 'processes' | 'now' | 'pid'>;
  readonly settings: LocalSettings;
  readonly files: LocalFiles;
}

export interface Choice {
  readonly path: string;
  /** What to use when that one turns out to be broken; null when there is nothing else to try. */
  readonly instead: (() => Promise<string>) | null;
}

/**
 * The Python to run the server on: the one in the settings, one of the user's that has all it takes, or the private
 * environment, which is made when it is not there. Throws `runtimeUnavailable` when there is no way, and `usage` for
 * an interpreter in the settings that does not do.
 */
export async function choosePython(deps: PythonDeps, report: Report, signal: AbortSignal): Promise<Choice> {
  const named = deps.settings.python;
  if (named !== null) return { path: await namedPython(deps, named, signal), instead: null };
  const asked = await Promise.all(candidates(deps.host).map(command => askPython(deps.host, command, signal)));
  const pythons = asked.filter(python => python !== null);
  const ready = pythons.find(isReady);
  const active = deps.host.env.VIRTUAL_ENV ?? deps.host.env.CONDA_PREFIX ?? '';
  if (active !== '' && (ready === undefined || ready !== asked[0])) await report(passedOver(active));
  const own = () => privatePython(deps, pythons, report, signal);
  return ready ? { path: ready.path, instead: own } : { path: await own(), instead: null };
}

function passedOver(environment: string): Event {
  return {
    type: 'note',
    text: `The active environment \`${environment}\` lacks jupyter_server or ipykernel, so code does not run in it; \`python -m pip install jupyter_server ipykernel\` there changes that`,
  };
}

/** The private environment's interpreter; makes the environment first where it is missing, unfinished or broken. */
async function privatePython(
  deps: PythonDeps,
  pythons: readonly Python[],
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  const present = await readyVenv(deps, signal);
  if (present !== null) return present;
  const base = pythons.find(python => isNewEnough(python) && python.venv) ?? pythons.find(isNewEnough) ?? null;
  await makeVenv(deps, { base, any: pythons[0] ?? null }, report, signal);
  const made = await readyVenv(deps, signal);
  if (made === null)
    throw new Failure('runtimeUnavailable', `the Python environment in \`${deps.files.venv}\` does not work`, {
      retryable: false,
    });
  return made;
}

async function namedPython(deps: PythonDeps, command: string, signal: AbortSignal): Promise<string> {
  const python = await askPython(deps.host, command, signal);
  const setting = 'The setting `localPython` names it';
  if (python === null)
    throw new Failure('usage', `\`${command}\` is not a Python that can be started`, { hints: [setting] });
  if (!isNewEnough(python)) {
    throw new Failure(
      'usage',
      `\`${command}\` is Python ${python.version.join('.')}: ${OLDEST.join('.')} or newer is needed`,
      { hints: [setting] },
    );
  }
  if (!isReady(python)) {
    throw new Failure('usage', `\`${command}\` lacks jupyter_server or ipykernel`, {
      hints: [`\`${python.path} -m pip install jupyter_server ipykernel\` adds them`, setting],
    });
  }
  return python.path;
}
