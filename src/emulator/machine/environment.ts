import { delimiter, dirname } from 'node:path';
import type { Accelerator } from '../accelerators.ts';
import type { MachineFolders } from './folders.ts';

/** Name of the image every machine runs. */
export const RELEASE = 'release-colab-emulator';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What a machine takes from ours. All else stays behind: a machine of Colab's knows nothing of its user's environment.
 * The mark of a test run is how leftovers of tests are found.
 */
const KEPT =
  /^(PATH|Path|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SystemRoot|SystemDrive|ComSpec|PATHEXT|WINDIR|LD_LIBRARY_PATH|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|PIP_\w+|UV_\w+|(https?|all|no)_proxy|(HTTPS?|ALL|NO)_PROXY|PYTHONDONTWRITEBYTECODE|LECODER_TEST_RUN)$/;

/** Variables of a machine's server, and through it of kernels, commands and terminals. */
export function machineEnv(
  env: Env,
  python: string,
  at: MachineFolders,
  accelerator: Accelerator,
): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => KEPT.test(entry[0]) && entry[1] !== undefined,
  );
  const path = [at.programs, dirname(python), env.PATH ?? env.Path ?? ''].filter(part => part !== '');
  return {
    ...Object.fromEntries(kept.filter(([name]) => name !== 'Path')),
    PATH: path.join(delimiter),
    HOME: at.home,
    SHELL: '/bin/bash',
    JUPYTER_NO_CONFIG: '1',
    JUPYTER_PATH: at.run,
    JUPYTER_RUNTIME_DIR: at.run,
    EMULATOR_SERVER_CONFIG: at.config,
    COLAB_EMULATOR_CONTENT: at.content,
    COLAB_EMULATOR_CREDENTIALS: at.credentials,
    COLAB_RELEASE_TAG: RELEASE,
    COLAB_GPU: accelerator.variant === 'GPU' ? '1' : '',
    COLAB_BACKEND_VERSION: 'next',
    USE_AUTH_EPHEM: '1',
  };
}
