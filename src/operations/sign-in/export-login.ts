import type { Account } from '../../core/account.ts';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';

/** The login with its refresh token in plain text: the one place that prints a secret, because it was asked to. */
export interface ExportedLogin {
  readonly session: {
    readonly id: string;
    readonly refreshToken: string;
    readonly scopes: readonly string[];
    readonly account: Account | null;
  };
  readonly instructions: string;
}

const INSTRUCTIONS =
  'On the other machine put the same `clientId` and `clientSecret` into `config.json`, then pipe this to `lecoder-cgpu auth import -`. ' +
  'For CI set `LECODER_REFRESH_TOKEN` to the refresh token, with `LECODER_CLIENT_ID` and `LECODER_CLIENT_SECRET`.';

/** Throws `notAuthenticated` when no login is stored, `usage` when it is gcloud's, `invalidCredentials` when it cannot be opened. */
export async function exportLogin(services: Services, report: Report): Promise<ExportedLogin> {
  const { logins } = await services.accounts();
  const login = logins.read();
  if (login === null) {
    const bare = services.host.env.LECODER_REFRESH_TOKEN
      ? 'only `LECODER_REFRESH_TOKEN` is set, and that can be copied as it is'
      : 'sign in first: `lecoder-cgpu auth login`';
    throw new Failure('notAuthenticated', 'there is no stored login to export', { hints: [bare] });
  }
  if (login.source === 'adc') {
    throw new Failure('usage', 'this login is that of gcloud, which keeps it itself', {
      hints: ["copy gcloud's `application_default_credentials.json`, then `lecoder-cgpu auth login --adc` there"],
    });
  }
  if (login.refreshToken === null) {
    throw new Failure(
      'invalidCredentials',
      'the stored login was sealed with another client secret than the one in `config.json`',
      {
        hints: ['bring back that `config.json`, or sign in again: `lecoder-cgpu auth login`'],
      },
    );
  }
  if (login.refusedAt !== null)
    void report({
      type: 'warning',
      text: 'Google no longer accepts this login',
      hint: 'sign in again: `lecoder-cgpu auth login`',
    });
  void report({
    type: 'warning',
    text: 'whoever has this text and the OAuth client can use your account: keep it secret',
  });
  const { id, refreshToken, scopes, account } = login;
  return { session: { id, refreshToken, scopes, account }, instructions: INSTRUCTIONS };
}
