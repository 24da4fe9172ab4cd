import { Failure } from '../../core/failure.ts';
import { accessTokenName, type StoredLogin } from '../../core/login.ts';
import { gcloudCommand, NEEDED, scopeList, scopesMissing } from '../../core/scopes.ts';
import type { Services } from '../../core/services.ts';
import { type LoginReport, storedReport } from './login-report.ts';
import { liveLogin, mayReplace } from './replace-login.ts';

/**
 * Uses gcloud's application default credentials from now on. Only that is remembered; the credentials stay where gcloud keeps them.
 * Throws `notAuthenticated` when there are none, `insufficientScopes` with the command that makes them anew.
 */
export async function adoptGcloud(force: boolean, services: Services, signal: AbortSignal): Promise<LoginReport> {
  const { google, logins, tokens } = await services.accounts();
  const before = liveLogin(logins);
  if (
    before?.source === 'session' &&
    !force &&
    !(await mayReplace(before, 'lecoder-cgpu auth login --adc', services, signal))
  )
    return storedReport(before, tokens.expires(accessTokenName(before)));
  const { client, refreshToken } = google.defaultCredentials();
  const { access } = await google.refresh(client, refreshToken, signal);
  const missing = scopesMissing(access.scopes, NEEDED);
  if (missing.length > 0) {
    throw new Failure('insufficientScopes', `gcloud's login does not cover ${scopeList(missing)}`, {
      hints: [`make it anew with \`${gcloudCommand()}\`; gcloud wants full names and all of them`],
    });
  }
  const account = await google.account(access.token, signal);
  const login: StoredLogin = {
    id: services.host.uuid(),
    refreshToken: null,
    scopes: access.scopes,
    account,
    source: 'adc',
    refusedAt: null,
  };
  await logins.save(login);
  await tokens.put(accessTokenName(login), { ...access, account });
  return storedReport(login, access.expires);
}
