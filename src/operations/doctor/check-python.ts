import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

const QUESTION = `
import sys
from importlib.metadata import version
def known(name):
    try:
        return version(name)
    except Exception:
        return "-"
print("%d.%d" % sys.version_info[:2], known("jupyter_server"), known("ipykernel"), sys.executable)
`;
const INSTALL = 'install Python 3.9 or newer: https://www.python.org/downloads/';

interface Found {
  readonly asked: string;
  readonly path: string;
  readonly version: string;
  readonly jupyterServer: string | null;
  readonly ipykernel: string | null;
}

/** Whether the `local` runtime has a Python to run on. Makes and starts nothing but the interpreters themselves. */
export async function checkPython(services: Services, needed: boolean, signal: AbortSignal): Promise<Finding> {
  const { settings } = services;
  const commands = [...new Set(await services.pythons())];
  const answers = await Promise.all(commands.map(command => ask(services, command, signal)));
  const found = answers.filter(answer => answer !== null);
  const facts = { pythons: found, setting: settings.local.python };
  const named = settings.local.python;
  if (named !== null && found[0]?.asked !== named) {
    const failure = new Failure('usage', `\`${named}\` is not a Python that can be started`, {
      hints: ['`lecoder-cgpu config unset localPython` looks for another one', INSTALL],
    });
    return needed ? failed(failure, facts) : warning(failure.message, failure.facts.hints ?? [], facts);
  }
  const ready = found.find(python => python.jupyterServer !== null && python.ipykernel !== null);
  if (ready !== undefined) {
    const text = `Python ${ready.version} with jupyter_server ${ready.jupyterServer} (\`${ready.path}\`)`;
    return ok(text, facts);
  }
  const base = found.find(({ version }) => isNewEnough(version));
  if (base !== undefined)
    return ok(`Python ${base.version}; the \`local\` runtime makes an environment of its own with it`, facts);
  const text = 'no Python 3.9 or newer was found, which the `local` runtime needs';
  const failure = new Failure('runtimeUnavailable', text, { hints: [INSTALL], retryable: false });
  return needed ? failed(failure, facts) : warning(text, [INSTALL], facts);
}

async function ask({ host }: Services, command: string, signal: AbortSignal): Promise<Found | null> {
  const { status, stdout } = await host.processes.run(command, ['-c', QUESTION], { env: { ...host.env }, signal });
  signal.throwIfAborted();
  const [version = '', server = '-', kernel = '-', ...path] = stdout.trim().split(' ');
  if (status !== 0 || !/^\d+\.\d+$/.test(version)) return null;
  const known = (text: string) => (text === '-' ? null : text);
  return { asked: command, path: path.join(' '), version, jupyterServer: known(server), ipykernel: known(kernel) };
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 9);
}
