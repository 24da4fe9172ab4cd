import { type Answer, type Call, formOf, redirect } from '../answer.ts';
import type { World } from '../world.ts';
import { secret } from './grants.ts';
import { approvalPage, codePage, errorPage } from './page.ts';
import { canonical, ticked, unknownScopes } from './scopes.ts';

/** The landing page that shows a code, registered to Google's own command-line client. */
const PASTE = 'https://sdk.cloud.google.com/applicationdefaultauthcode.html';
const SHOWN_AT = '/emulator/authcode';

interface Request {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly scopes: readonly string[];
  readonly challenge: string | null;
  readonly offline: boolean;
}

interface Decision {
  readonly approved: boolean;
  readonly email: string | null;
  /** Scopes left ticked; null for all. */
  readonly scopes: readonly string[] | null;
}

/** The approval page and what comes of it. */
export class Authorization {
  readonly #world: World;
  readonly #waiting = new Map<string, Request>();

  constructor(world: World) {
    this.#world = world;
  }

  show(call: Call): Answer {
    const query = call.url.searchParams;
    const request = this.#read(query);
    if ('status' in request) return request;
    const auto = query.get('emulator_approve');
    if (auto !== null || this.#world.settings.autoApprove) {
      return this.#decide(request, {
        approved: auto !== '0',
        email: query.get('emulator_account') ?? query.get('login_hint'),
        scopes: query.has('emulator_scopes') ? canonical(query.get('emulator_scopes') ?? '') : null,
      });
    }
    const id = secret(16);
    this.#waiting.set(id, request);
    return approvalPage(id, this.#world.accounts.all, request.scopes, query.get('login_hint') ?? '');
  }

  /** The buttons of the page. */
  submit(call: Call): Answer {
    const form = formOf(call);
    const id = form.get('request') ?? '';
    const request = this.#waiting.get(id);
    if (request === undefined) return errorPage(400, 'invalid_request', 'This page was used already');
    this.#waiting.delete(id);
    const approved = form.get('decision') === 'approve';
    return this.#decide(request, { approved, email: form.get('account'), scopes: form.getAll('scope') });
  }

  /** Shows a code that could not be handed over. */
  shown(call: Call): Answer {
    const error = call.url.searchParams.get('error');
    return error === null
      ? codePage(call.url.searchParams.get('code') ?? '')
      : errorPage(403, error, 'Access was denied');
  }

  #read(query: URLSearchParams): Request | Answer {
    const clientId = query.get('client_id') ?? '';
    if (clientId === '') return errorPage(400, 'invalid_request', 'Missing required parameter: client_id');
    const { clients } = this.#world.options;
    if (clients !== undefined && !Object.hasOwn(clients, clientId))
      return errorPage(401, 'invalid_client', 'The OAuth client was not found.');
    if (query.get('response_type') !== 'code')
      return errorPage(400, 'unsupported_response_type', 'Only response_type=code is answered here');
    const redirectUri = query.get('redirect_uri') ?? '';
    if (!mayReturnTo(redirectUri))
      return errorPage(
        400,
        'redirect_uri_mismatch',
        `The redirect URI is not registered for this client: ${redirectUri}`,
      );
    const scopes = canonical(query.get('scope') ?? '');
    const strange = unknownScopes(scopes);
    if (scopes.length === 0) return errorPage(400, 'invalid_request', 'Missing required parameter: scope');
    if (strange.length > 0)
      return errorPage(400, 'invalid_scope', `Some requested scopes were invalid: ${strange.join(' ')}`);
    const challenge = query.get('code_challenge');
    if (challenge !== null && query.get('code_challenge_method') !== 'S256')
      return errorPage(400, 'invalid_request', 'Only code_challenge_method=S256 is taken here');
    const offline = query.get('access_type') === 'offline';
    return { clientId, redirectUri, state: query.get('state'), scopes, challenge, offline };
  }

  #decide(request: Request, { approved, email, scopes }: Decision): Answer {
    const { accounts, grants, settings } = this.#world;
    const account = email === null ? accounts.all[0] : accounts.find(email);
    if (account === null || account === undefined)
      return errorPage(400, 'invalid_request', `There is no account ${email}; the control API can add one`);
    if (!approved) return back(request, { error: 'access_denied' });
    const wanted = scopes === null ? request.scopes : ticked(request.scopes, scopes);
    const granted = settings.grantedScopes === null ? wanted : ticked(wanted, settings.grantedScopes);
    const { clientId, redirectUri, challenge, offline } = request;
    const { code } = grants.makeCode({ account, clientId, redirectUri, challenge, offline, scopes: granted });
    return back(request, { code, scope: granted.join(' '), authuser: '0', prompt: 'consent' });
  }
}

/** A program's own loopback address, or the page that shows codes. The out-of-band URN has been refused since 2022. */
function mayReturnTo(text: string): boolean {
  if (text === PASTE) return true;
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname) && url.hash === '';
}

function back({ redirectUri, state }: Request, facts: Readonly<Record<string, string>>): Answer {
  const query = new URLSearchParams({ ...(state === null ? {} : { state }), ...facts });
  // The page that shows codes is Google's: a code of ours has no business there.
  const target = redirectUri === PASTE ? SHOWN_AT : redirectUri;
  return redirect(`${target}${target.includes('?') ? '&' : '?'}${query}`);
}
