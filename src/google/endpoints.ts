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
    authorization: at('https://accounts.google.com', '/o/oauth2/v2/auth'),
    token: at('https://oauth2.googleapis.com', '/token'),
    revoke: at('https://oauth2.googleapis.com', '/revoke'),
    userInfo: at('https://www.googleapis.com', '/oauth2/v2/userinfo'),
  };
}
