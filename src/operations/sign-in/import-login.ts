import * as z from 'zod/mini';
import type { Account } from '../../core/account.ts';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import { type AccountParts, accessTokenName, clientMissing, type StoredLogin } from '../../core/login.ts';
import { NEEDED, scopeList, scopesMissing } from '../../core/scopes.ts';
import type { Services } from '../../core/services.ts';
import { type LoginReport, storedReport } from './login-report.ts';
import { liveLogin, mayReplace } from './replace-login.ts';

export interface ImportWish {
  /** The text, or `-` or null for stdin. */
  readonly session: string | null;
  readonly force: boolean;
  /** Asks Google whether it still accepts the login. */
  readonly validate: boolean;
}

export interface Imported extends LoginReport {
  readonly message: string;
}

const Session = z.object({
  id: z.optional(z.string()),
  refreshToken: z.string().check(z.minLength(1)),
  scopes: z._default(z.array(z.string()), []),
  account: z.nullish(z.object({ id: z.string(), label: z.optional(z.string()) })),
});
const Wrapper = z.object({ session: Session });

/**
 * Stores a login that was exported elsewhere: the session object, plain or sealed, the whole answer of `auth export`, or a bare refresh token.
 * Needs no network unless it is asked to, or a bare token does not say whose it is. Throws `usage`, `insufficientScopes`, `invalidCredentials`.
 */
export async function importLogin(
  wish: ImportWish,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<Imported> {
  const accounts = await services.accounts();
  const given = parseLogin(await readGiven(wish.session, services.host, report), services.host);
  const lent = accounts.clients.read() === null ? accounts.clients.lent() : null;
  if (lent !== null) await accounts.clients.save(lent);
  const refreshToken = accounts.logins.unseal(given.refreshToken ?? '');
  if (refreshToken === null) throw sealedElsewhere();
  await checkReplace(accounts, wish.force, services, signal);
  let login: StoredLogin = { ...given, refreshToken };
  let expires: Date | null = null;
  if (wish.validate || login.account === null) {
    const { access, account } = await askGoogle(refreshToken, accounts, signal);
    login = { ...login, account, scopes: access.scopes.length > 0 ? access.scopes : login.scopes };
    checkScopes(login);
    await accounts.logins.save(login);
    await accounts.tokens.put(accessTokenName(login), { ...access, account });
    expires = access.expires;
  } else {
    checkScopes(login);
    await accounts.logins.save(login);
  }
  return {
    ...storedReport(login, expires),
    message: `the login of ${login.account?.id ?? 'an unknown account'} was imported`,
  };
}

async function readGiven(session: string | null, host: Host, report: Report): Promise<string> {
  if (session !== null && session !== '-') {
    void report({
      type: 'warning',
      text: 'a login on the command line can be seen by other users of this machine',
      hint: 'pipe it instead: `lecoder-cgpu auth import -`',
    });
    return session;
  }
  if (host.stdin.isTerminal) {
    throw new Failure('usage', 'there is no login to import', {
      hints: ['`lecoder-cgpu auth export --json` on the other machine, piped to `lecoder-cgpu auth import -` here'],
    });
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of host.stdin.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** What was given is never repeated in a message. */
function parseLogin(text: string, host: Host): StoredLogin {
  const bare = text.trim();
  if (/^[\w./~+=-]{6,}$/.test(bare)) return storedFrom({ refreshToken: bare, scopes: [] }, host);
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch {
    throw notALogin();
  }
  const wrapped = z.safeParse(Wrapper, value);
  if (wrapped.success) return storedFrom(wrapped.data.session, host);
  const session = z.safeParse(Session, value);
  if (!session.success) throw notALogin();
  return storedFrom(session.data, host);
}

function storedFrom({ id, refreshToken, scopes, account }: z.infer<typeof Session>, host: Host): StoredLogin {
  const who: Account | null = account ? { id: account.id, label: account.label ?? account.id } : null;
  return { id: id ?? host.uuid(), refreshToken, scopes, account: who, source: 'session', refusedAt: null };
}

function notALogin(): Failure {
  return new Failure('usage', 'that is no login: it must be what `lecoder-cgpu auth export` prints', {
    hints: [
      'a JSON object with `refreshToken`, `scopes` and `account`, that object under `session`, or a refresh token alone',
    ],
  });
}

function sealedElsewhere(): Failure {
  return new Failure(
    'invalidCredentials',
    'that login is sealed with another client secret than the one in `config.json`',
    {
      hints: ['bring `config.json` from the same machine first, or use what `lecoder-cgpu auth export` prints'],
    },
  );
}

async function checkReplace(
  { logins }: AccountParts,
  force: boolean,
  services: Services,
  signal: AbortSignal,
): Promise<void> {
  const before = liveLogin(logins);
  if (force || before === null || (await mayReplace(before, 'lecoder-cgpu auth import', services, signal))) return;
  throw new Failure('usage', 'nothing was imported; the login stays');
}

async function askGoogle(refreshToken: string, { google, clients }: AccountParts, signal: AbortSignal) {
  const client = clients.read();
  if (client === null) throw clientMissing('asking Google about a login needs the OAuth client it was made with');
  const { access } = await google.refresh(client, refreshToken, signal);
  return { access, account: await google.account(access.token, signal) };
}

function checkScopes({ scopes }: StoredLogin): void {
  const missing = scopesMissing(scopes, NEEDED);
  if (missing.length === 0) return;
  throw new Failure('insufficientScopes', `that login does not cover ${scopeList(missing)}`, {
    hints: ['sign in again and grant it: `lecoder-cgpu auth login`'],
  });
}
