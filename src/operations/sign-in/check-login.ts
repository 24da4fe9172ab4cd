import type { Identity } from '../../core/account.ts';
import { errorReport } from '../../core/error-report.ts';
import type { Report } from '../../core/events.ts';
import { type Failure, isFailure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import { type LoginReport, loginReport, NOBODY, type NoLogin } from './login-report.ts';

/**
 * Whether there is a login that works: from the cache where an access token lives, else by one refresh. Never starts a sign-in. A stored login
 * that cannot be checked counts, with a warning; a bare refresh token about which nothing is known does not (throws what asking threw).
 */
export async function checkLogin(
  services: Pick<Services, 'identity'>,
  report: Report,
  signal: AbortSignal,
): Promise<LoginReport | NoLogin> {
  const identity = await services.identity();
  try {
    await identity.accessToken(signal);
  } catch (error) {
    if (isFailure(error, 'notAuthenticated', 'tokenExpired', 'invalidCredentials', 'insufficientScopes'))
      return nobody(error);
    const login = identity.login();
    if (!isFailure(error, ...PASSING) || login === null || login.account === null) throw error;
    void report({ type: 'warning', text: `the login could not be checked: ${error.message}` });
    return loginReport(login);
  }
  await learnWho(identity, report, signal);
  const login = identity.login();
  return login === null ? NOBODY : loginReport(login);
}

/** A name that cannot be had now takes nothing from a login that works. */
async function learnWho(identity: Identity, report: Report, signal: AbortSignal): Promise<void> {
  try {
    await identity.account(signal);
  } catch (error) {
    if (!isFailure(error, ...PASSING)) throw error;
    void report({ type: 'warning', text: `whose login it is could not be learned: ${error.message}` });
  }
}

/** What says nothing about the login. */
const PASSING = ['connectionTimeout', 'apiUnavailable', 'rateLimited'] as const;

function nobody(failure: Failure): NoLogin {
  return {
    ...NOBODY,
    success: false,
    status: 'error',
    errorCode: failure.spec.errorCode,
    error: errorReport(failure),
  };
}
