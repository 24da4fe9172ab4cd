import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import { accessTokenName, type ConsentWish, type ScopeName, type StoredLogin } from '../../core/login.ts';
import { NEEDED, SCOPE_NAMES, scopesMissing } from '../../core/scopes.ts';
import type { Services } from '../../core/services.ts';
import { type ChosenClient, chooseClient } from './choose-client.ts';
import { finish, type SignInParts } from './finish-sign-in.ts';
import { type LoginReport, NOBODY, storedReport } from './login-report.ts';
import { PASTE_ADDRESS, readCode, readPasted } from './pasted-code.ts';
import { liveLogin, mayReplace } from './replace-login.ts';

export interface SignInWish {
  readonly headless: boolean;
  readonly selectAccount: boolean;
  readonly force: boolean;
  /** Asks for these alone, and keeps what was granted before; null for all there are. */
  readonly scopes: readonly ScopeName[] | null;
  /** Begins, prints the page's address, and leaves the rest to a second command. */
  readonly printUrl: boolean;
  /** Ends what `printUrl` began: the redirected address or the code, `-` for stdin. */
  readonly code: string | null;
}

export interface SignedIn extends LoginReport {
  /** Of the page to open, when the sign-in waits for its second command. */
  readonly url?: string;
  /** ISO 8601: until when that command can come. */
  readonly expires?: string;
}

/** Minutes for the second command of a sign-in in two. */
const PENDING_MS = 15 * 60_000;

/**
 * Signs in to Google. The stored login is replaced only when all has succeeded. Throws `usage` where a question cannot be asked,
 * `notAuthenticated` for a refusal on the page, `invalidCredentials`, `insufficientScopes`, `connectionTimeout`.
 */
export async function signIn(
  wish: SignInWish,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<SignedIn> {
  const parts: SignInParts = { services, accounts: await services.accounts(), report, signal };
  if (wish.code !== null) return finishPending(wish.code, parts);
  needsPerson(services);
  const before = liveLogin(parts.accounts.logins);
  if (
    before !== null &&
    !isMeant(wish, services) &&
    !(await mayReplace(before, 'lecoder-cgpu auth login', services, signal))
  )
    return storedReport(before, parts.accounts.tokens.expires(accessTokenName(before)));
  const client = await chooseClient(parts.accounts.clients, services, report, signal);
  const consent = { ...wishedScopes(wish.scopes, before), selectAccount: wish.selectAccount };
  if (wish.printUrl) return beginPending(client, consent, parts);
  return wish.headless ? byPaste(client, consent, parts) : byBrowser(client, consent, parts);
}

/** Whoever names another account, or more scopes, has said what is to become of the login. */
function isMeant({ force, scopes, selectAccount }: SignInWish, { flags }: Services): boolean {
  return force || scopes !== null || selectAccount || flags.forceLogin;
}

type Consent = Omit<ConsentWish, 'redirectUri'>;

/** Consent is widened with all that was granted before, so that one refresh token covers it all. */
function wishedScopes(
  wanted: readonly ScopeName[] | null,
  before: StoredLogin | null,
): Pick<Consent, 'scopes' | 'widen'> {
  if (wanted === null) return { scopes: SCOPE_NAMES, widen: null };
  if (before?.account == null || before.source === 'adc')
    return { scopes: [...new Set([...NEEDED, ...wanted])], widen: null };
  const missing = scopesMissing(before.scopes, SCOPE_NAMES);
  const had = SCOPE_NAMES.filter(name => !missing.includes(name));
  return { scopes: [...new Set([...had, ...wanted])], widen: before.account.id };
}

function needsPerson({ flags }: Services): void {
  if (flags.input) return;
  throw new Failure('usage', 'signing in needs a person, and `--no-input` says that nobody is there', {
    hints: ['set `LECODER_REFRESH_TOKEN`, or bring a login with `lecoder-cgpu auth import`'],
  });
}

async function byBrowser(client: ChosenClient, consent: Consent, parts: SignInParts): Promise<SignedIn> {
  const { google } = parts.accounts;
  const landing = await google.listen();
  try {
    const pending = await google.begin(client, { ...consent, redirectUri: landing.redirectUri });
    const arriving = landing.code(pending.state, parts.signal);
    arriving.catch(() => {}); // awaited below, when the page is open
    const opened = await google.openBrowser(pending.url);
    void parts.report({ type: 'note', text: opened ? OPENED : NOT_OPENED });
    void parts.report({ type: 'note', text: pending.url });
    const { code, reply } = await arriving;
    try {
      const signedIn = await finish({ client, pending, code }, parts);
      await reply(true);
      return signedIn;
    } catch (error) {
      await reply(false);
      throw error;
    }
  } finally {
    await landing.close();
  }
}

const OPENED = 'sign in to Google in the browser; if no page has opened, open this one:';
const NOT_OPENED =
  'open this page in a browser on this machine to sign in to Google (from elsewhere: `lecoder-cgpu auth login --headless`):';

async function byPaste(client: ChosenClient, consent: Consent, parts: SignInParts): Promise<SignedIn> {
  const pending = await parts.accounts.google.begin(client, { ...consent, redirectUri: PASTE_ADDRESS });
  const notes = [
    'open this page in any browser, on any machine, and sign in to Google:',
    pending.url,
    'the browser then ends at an address that cannot be reached; copy that address from it to here',
  ];
  for (const text of notes) void parts.report({ type: 'note', text });
  const pasted = await readPasted(parts.services.host, parts.signal);
  return finish({ client, pending, code: readCode(pasted, pending.state) }, parts);
}

async function beginPending(
  client: ChosenClient,
  consent: Consent,
  { accounts, services }: SignInParts,
): Promise<SignedIn> {
  const pending = await accounts.google.begin(client, { ...consent, redirectUri: PASTE_ADDRESS });
  if (client.typed) await accounts.clients.save(client);
  const expires = new Date(services.host.now().getTime() + PENDING_MS);
  await accounts.pending.put(pending, expires);
  return { ...NOBODY, url: pending.url, expires: expires.toISOString() };
}

async function finishPending(given: string, parts: SignInParts): Promise<SignedIn> {
  const { accounts, services, report, signal } = parts;
  const pending = accounts.pending.read();
  if (pending === null) {
    throw new Failure('usage', 'no sign-in waits for a code', {
      hints: ['begin with `lecoder-cgpu auth login --print-url`; its code is taken for 15 minutes'],
    });
  }
  const client = await chooseClient(accounts.clients, services, report, signal);
  const pasted = given === '-' ? await readPasted(services.host, signal) : given;
  const signedIn = await finish({ client, pending, code: readCode(pasted, pending.state) }, parts);
  await accounts.pending.drop();
  return signedIn;
}
