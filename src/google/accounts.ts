import { SCOPES } from '../core/account.ts';
import type { Host } from '../core/host.ts';
import type { ConsentWish, GoogleAccounts, OAuthClient, PendingSignIn } from '../core/login.ts';
import { askGoogle } from './ask-google.ts';
import { defaultCredentials } from './default-credentials.ts';
import { endpoints } from './endpoints.ts';
import type { LibraryClient } from './oauth-client.ts';
import { exchangeFailure, readAccount, readGrant, refreshFailure } from './token-answer.ts';

/** Google's sign-in service, or an emulator of it. */
export function googleAccounts(host: Host, emulator: URL | null): GoogleAccounts {
  const at = endpoints(emulator);
  const library = async (client: OAuthClient, signal: AbortSignal) =>
    (await import('./oauth-client.ts')).oauthClient(client, { host, endpoints: at, signal });
  return {
    async begin(client, wish) {
      return beginWith((await library(client, new AbortController().signal)).library, wish);
    },
    listen: async () => (await import('./landing.ts')).openLanding(),
    async exchange(client, { verifier, redirectUri }, code, signal) {
      const { answer } = await library(client, signal);
      const said = await answer(library =>
        library.getToken({ code, codeVerifier: verifier, redirect_uri: redirectUri }),
      );
      if (said.status >= 300) throw exchangeFailure(said);
      return readGrant(said, host.now());
    },
    async refresh(client, refreshToken, signal) {
      const { answer } = await library(client, signal);
      const said = await answer(library => {
        library.setCredentials({ refresh_token: refreshToken });
        return library.refreshAccessToken();
      });
      if (said.status >= 300) throw refreshFailure(said);
      return readGrant(said, host.now());
    },
    async account(bearer, signal) {
      return readAccount(await askGoogle(host, { url: at.userInfo, bearer, signal }));
    },
    async revoke(token, signal) {
      // in the body: the library would put it into the address, where proxies keep it
      const said = await askGoogle(host, { url: at.revoke, form: new URLSearchParams({ token }), signal });
      return said.status < 300;
    },
    openBrowser: async url => (await import('./browser.ts')).openBrowser(host, url),
    defaultCredentials: () => defaultCredentials(host, emulator),
  };
}

type Library = LibraryClient['library'];

/** The page to open, with a state and a PKCE verifier of its own. */
async function beginWith(
  library: Library,
  { scopes, redirectUri, selectAccount, widen }: ConsentWish,
): Promise<PendingSignIn> {
  const { codeVerifier, codeChallenge } = await library.generateCodeVerifierAsync();
  const state = codeOfLength(32);
  const url = library.generateAuthUrl({
    scope: scopes.map(name => SCOPES[name]),
    redirect_uri: redirectUri,
    access_type: 'offline',
    state,
    code_challenge: codeChallenge ?? '',
    code_challenge_method: 'S256' as never,
    // a consent that was given before brings no refresh token unless it is asked for again
    ...(widen === null
      ? { prompt: selectAccount ? 'select_account consent' : 'consent' }
      : { include_granted_scopes: true, login_hint: widen }),
  });
  return { url, state, verifier: codeVerifier, redirectUri, scopes, widen };
}

function codeOfLength(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64url');
}
