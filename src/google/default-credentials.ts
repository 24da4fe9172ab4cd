import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { DefaultCredentials } from '../core/login.ts';
import { gcloudCommand } from '../core/scopes.ts';

/**
 * gcloud's application default credentials of a person, read where gcloud puts them. Nothing is copied. Source: Google's documentation of
 * application default credentials.
 */
export function defaultCredentials(host: Host, emulator: URL | null): DefaultCredentials {
  if (emulator !== null) {
    throw new Failure('usage', "gcloud's credentials are never sent to an emulator", {
      hints: ['unset `LECODER_EMULATOR`, or leave out `--adc`'],
    });
  }
  const path = credentialsPath(host);
  const content = readCredentials(path);
  const { type, client_id: id, client_secret: secret, refresh_token: refreshToken } = content;
  if (type !== 'authorized_user') {
    const kind = typeof type === 'string' && /^\w{1,40}$/.test(type) ? ` (\`${type}\`)` : '';
    throw new Failure('invalidCredentials', `\`${path}\` holds no person's login${kind}, and Colab is for people`, {
      hints: [
        `make one with \`${gcloudCommand()}\``,
        'and see that `GOOGLE_APPLICATION_CREDENTIALS` does not name another file',
      ],
    });
  }
  if (typeof id !== 'string' || typeof secret !== 'string' || typeof refreshToken !== 'string')
    throw unusable(path, 'a part is missing');
  return { client: { id, secret }, refreshToken };
}

function credentialsPath({ env, folders, platform }: Host): string {
  if (env.GOOGLE_APPLICATION_CREDENTIALS) return env.GOOGLE_APPLICATION_CREDENTIALS;
  const windows = platform === 'win32' && env.APPDATA ? join(env.APPDATA, 'gcloud') : null;
  const folder = env.CLOUDSDK_CONFIG || (windows ?? join(folders.home, '.config', 'gcloud'));
  return join(folder, 'application_default_credentials.json');
}

function readCredentials(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Failure('notAuthenticated', `gcloud has no application default credentials at \`${path}\``, {
      cause,
      hints: [`make them with \`${gcloudCommand()}\``],
    });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // the parser would quote the file, which holds secrets
  }
  throw unusable(path, 'it is not a JSON object');
}

function unusable(path: string, why: string): Failure {
  return new Failure('invalidCredentials', `\`${path}\` cannot be used: ${why}`, {
    hints: [`write it anew with \`${gcloudCommand()}\``],
  });
}
