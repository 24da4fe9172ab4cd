import { Missing, run } from './steps.mjs';

/** The oldest Python that works, and the oldest that gets current packages. */
const OLDEST = [3, 9];
const CURRENT = [3, 11];

const ASK = `import sys, json
def has(name):
    try:
        __import__(name)
        return True
    except ImportError:
        return False
print(json.dumps({"version": ".".join(map(str, sys.version_info[:3])), "executable": sys.executable, "venv": has("venv") and has("ensurepip")}))`;

/**
 * The Python to make a private one from: `PYTHON` when set, else the first on the path that gets current packages, else
 * the first that works at all. `uv` says whether uv is there to help. Throws `Missing`.
 */
export async function findPython(env = process.env) {
  const uv = (await run('uv', ['--version'], { env })).status === 0;
  const seen = [];
  for (const words of candidates(env)) {
    const python = await ask(words, env);
    if (!python || seen.some(other => other.executable === python.executable)) continue;
    if (isAtLeast(python.version, CURRENT) && (python.venv || uv)) return { ...python, uv };
    seen.push(python);
  }
  return { ...choose(seen, env), uv };
}

function choose(seen, env) {
  const usable = seen.filter(python => isAtLeast(python.version, OLDEST));
  const best = usable.find(python => python.venv) ?? usable[0];
  if (best) return best;
  const wanted = `Python ${OLDEST.join('.')} or newer`;
  const found = seen[0] ? ` (${seen[0].executable} is ${seen[0].version})` : '';
  const message = env.PYTHON ? `PYTHON is ${env.PYTHON}, which is not ${wanted}` : `this machine has no ${wanted}`;
  throw new Missing(`${message}${found}`, [
    'Debian, Ubuntu: `apt install python3 python3-venv`; macOS: `brew install python`; Windows: `winget install Python.Python.3.13`',
    'Or set `PYTHON` to the path of one',
  ]);
}

function candidates(env) {
  if (env.PYTHON) return [[env.PYTHON]];
  const plain = [['python3'], ['python']];
  if (process.platform === 'win32') return [['py', '-3'], ...plain];
  return [...plain, ...[14, 13, 12, 11, 10, 9].map(minor => [`python3.${minor}`])];
}

/** Null for what cannot be started or is no Python (on Windows `python` may be a door to a shop). */
async function ask([command, ...words], env) {
  const { status, output } = await run(command, [...words, '-c', ASK], { env });
  if (status !== 0) return null;
  try {
    return JSON.parse(output);
  } catch {
    return null;
  }
}

export function isAtLeast(version, [major, minor]) {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}
