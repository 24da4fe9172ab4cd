import type { Host } from '../core/host.ts';
import type { AccountParts } from '../core/login.ts';
import type { StatePaths } from '../core/services.ts';
import type { Warn } from './atomic-file.ts';
import { clientFile } from './client-file.ts';
import type { FileLocks } from './lock.ts';
import { loginFile } from './login-file.ts';
import type { Sealing } from './sealing.ts';
import { pendingSignIns, tokenCache } from './token-cache.ts';

export interface AccountFilesOptions {
  readonly host: Host;
  readonly paths: StatePaths;
  readonly locks: FileLocks;
  readonly sealing: Sealing;
  readonly warn: Warn;
  readonly emulated: boolean;
  /** `config.json` of the default profile; null where this is it. */
  readonly lender: string | null;
}

/** Names nobody at Google: what goes to an emulator has to be worth nothing elsewhere. */
const PLACEHOLDER = { id: 'emulator.apps.googleusercontent.com', secret: 'emulator' };

/** The files of a Google account: the login, the OAuth client, the access tokens. */
export function accountFiles({ paths, emulated, lender, ...parts }: AccountFilesOptions): Omit<AccountParts, 'google'> {
  const tokens = tokenCache({ ...parts, path: paths.tokens });
  return {
    tokens,
    pending: pendingSignIns({ ...parts, path: paths.tokens }),
    logins: loginFile({ ...parts, path: paths.login, tokens }),
    clients: clientFile({
      ...parts,
      path: paths.config,
      lender: emulated ? null : lender,
      placeholder: emulated ? PLACEHOLDER : null,
    }),
  };
}
