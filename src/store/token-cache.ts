import type { AccessToken, AccessTokens, PendingSignIns } from '../core/login.ts';
import { type TokenFileOptions, tokenFile } from './token-file.ts';

const ACCESS = 'access ';

/** Access tokens in `tokens.json`, beside the doorways. */
export function tokenCache(options: TokenFileOptions): AccessTokens {
  const file = tokenFile(options);
  return {
    expires: name => file.expires(ACCESS + name) ?? null,
    get(name) {
      const text = file.open(ACCESS + name);
      return text === null ? null : parseToken(text);
    },
    put: (name, token) => file.cache(ACCESS + name, JSON.stringify(token), token.expires),
    // whoever signs out must not get in to a machine of the account by a way found before
    clear: () => file.drop(name => name.startsWith(ACCESS) || name.startsWith('doorway colab ')),
  };
}

function parseToken(text: string): AccessToken {
  const { expires, renewFrom, ...rest } = JSON.parse(text);
  return { ...rest, expires: new Date(expires), renewFrom: new Date(renewFrom) };
}

const PENDING = 'sign-in';

/** The one sign-in that waits for its second command. */
export function pendingSignIns(options: TokenFileOptions): PendingSignIns {
  const file = tokenFile(options);
  return {
    read() {
      const text = file.open(PENDING);
      return text === null ? null : JSON.parse(text);
    },
    put: (pending, expires) => file.put(PENDING, JSON.stringify(pending), expires),
    drop: () => file.drop(name => name === PENDING),
  };
}
