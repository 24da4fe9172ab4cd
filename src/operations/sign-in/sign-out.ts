import type { Report } from '../../core/events.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { AccountParts, StoredLogin } from '../../core/login.ts';
import type { Services } from '../../core/services.ts';

export interface SignedOut {
  /** False when nobody was signed in, and after a no. */
  readonly signedOut: boolean;
  readonly account: string | null;
  /** True when Google ended the token, false when it knew it no more or could not be asked, null when it was not asked. */
  readonly revoked: boolean | null;
  /** The OAuth client was removed from `config.json`. */
  readonly clientRemoved: boolean;
}

/** Ends the login at Google, then forgets it here; Google not answering keeps nobody signed in. */
export async function signOut(
  { all, force }: { readonly all: boolean; readonly force: boolean },
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<SignedOut> {
  const accounts = await services.accounts();
  const login = accounts.logins.read();
  const account = login?.account?.id ?? null;
  if (all && !force && !(await confirmed(services, signal)))
    return { signedOut: false, account, revoked: null, clientRemoved: false };
  const revoked = await revoke(login, accounts, report, signal);
  const signedOut = await accounts.logins.remove();
  const clientRemoved = all && (await accounts.clients.forget());
  warnOfTheRest(services, report);
  return { signedOut, account, revoked, clientRemoved };
}

async function confirmed({ host, flags }: Services, signal: AbortSignal): Promise<boolean> {
  if (!flags.input || !host.stdin.isTerminal) {
    throw new Failure('usage', 'removing the OAuth client needs a yes, and nobody can be asked here', {
      hints: ['say `lecoder-cgpu auth logout --all --force`'],
    });
  }
  const said = await host.stdin.readLine('Sign out and remove the OAuth client too? [y/N] ', { hidden: false, signal });
  return /^y(es)?$/i.test(said?.trim() ?? '');
}

/** gcloud's credentials are gcloud's to revoke; a token Google has refused is over already. */
async function revoke(
  login: StoredLogin | null,
  { google }: AccountParts,
  report: Report,
  signal: AbortSignal,
): Promise<boolean | null> {
  if (login === null || login.source === 'adc' || login.refusedAt !== null) return null;
  const hint = 'take the access away at `https://myaccount.google.com/permissions`';
  if (login.refreshToken === null) {
    const text = 'the token was sealed with another client secret and could not be revoked';
    void report({ type: 'warning', text, hint });
    return false;
  }
  try {
    return await google.revoke(login.refreshToken, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!isFailure(error)) throw error;
    void report({ type: 'warning', text: `the token could not be revoked at Google: ${error.message}`, hint });
    return false;
  }
}

function warnOfTheRest({ host, sessions }: Services, report: Report): void {
  if (host.env.LECODER_REFRESH_TOKEN) {
    void report({ type: 'warning', text: '`LECODER_REFRESH_TOKEN` is still set', hint: 'unset it to be signed out' });
  }
  const running = sessions.read().sessions.filter(({ provider }) => provider === 'colab');
  if (running.length === 0) return;
  void report({
    type: 'warning',
    text: `still in the session list, and perhaps still using compute units: ${running.map(({ name }) => `\`${name}\``).join(', ')}`,
    hint: 'sign in again to close them, or end them at `https://colab.research.google.com`',
  });
}
