import { GOOGLE } from '../core/google-hosts.ts';

export interface Endpoints {
  readonly authorization: URL;
  readonly token: URL;
  readonly revoke: URL;
  readonly userInfo: URL;
}

/** Google's addresses for sign-in, or the same paths at an emulator. Source: its OAuth 2.0 reference for installed applications. */
export function endpoints(emulator: URL | null): Endpoints {
  const at = (origin: string, path: string) => new URL(path, emulator ?? origin);
  return {
    authorization: at(GOOGLE.accounts, '/o/oauth2/v2/auth'),
    token: at(GOOGLE.tokens, '/token'),
    revoke: at(GOOGLE.tokens, '/revoke'),
    userInfo: at(GOOGLE.apis, '/oauth2/v2/userinfo'),
  };
}
