import type { Login } from '../../core/account.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import { missingScope, NEEDED, SCOPE_NAMES, scopeList, scopesMissing } from '../../core/scopes.ts';
import type { Services } from '../../core/services.ts';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';

export interface LoginAnswer {
  readonly finding: Finding;
  /** Null when there is none, or none that works. */
  readonly login: Login | null;
}

/** Whether there is a login, and Google still gives tokens for it: one is asked for, whatever is in the cache. */
export async function checkLogin(services: Services, reachable: boolean, signal: AbortSignal): Promise<LoginAnswer> {
  const identity = await services.identity();
  const before = identity.login();
  if (before === null) return { finding: failed(await whyNone(services, signal)), login: null };
  const facts = { source: before.source, account: before.account?.id ?? null };
  if (!reachable) {
    const text = `a login is stored (${before.source}); whether it works cannot be told: Google cannot be reached`;
    return { finding: skipped(text, facts), login: before };
  }
  await identity.accessToken(signal, { fresh: true });
  const account = await identity.account(signal).catch((error: unknown) => {
    if (isFailure(error)) return null; // what it is good for is another check
    throw error;
  });
  const login = identity.login() ?? before;
  const told = {
    ...facts,
    account: account?.id ?? facts.account,
    tokenExpires: login.tokenExpires?.toISOString() ?? null,
  };
  return { finding: ok(`${account?.id ?? 'the login'} gets access tokens (${login.source})`, told), login };
}

/** The failure that says how to sign in comes from asking. */
async function whyNone(services: Services, signal: AbortSignal): Promise<Failure> {
  try {
    await (await services.identity()).accessToken(signal);
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
  return new Failure('notAuthenticated', 'no Google account on this machine');
}

export function scopesFinding(login: Login | null): Finding {
  if (login === null) return skipped('nobody is signed in');
  const facts = { granted: login.scopes, missing: scopesMissing(login.scopes, SCOPE_NAMES) };
  if (login.scopes.length === 0) return skipped('Google did not say what was granted', facts);
  const needed = scopesMissing(login.scopes, NEEDED);
  const [first] = needed;
  if (first !== undefined) return failed(missingScope(first, login), facts);
  if (facts.missing.includes('drive')) {
    const { message, facts: advice } = missingScope('drive', login);
    return warning(`${message}; all else works`, advice.hints ?? [], facts);
  }
  return ok(scopeList(SCOPE_NAMES.filter(name => !facts.missing.includes(name))), facts);
}
