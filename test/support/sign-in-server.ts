import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the far end saw. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly authorization: string | null;
  readonly headers: Readonly<Record<string, unknown>>;
}

export type Said = { readonly status: number; readonly body: unknown; readonly type?: string } | 'hang' | 'cut';

export interface SignInServer {
  readonly origin: string;
  readonly seen: readonly Seen[];
  requests(path: string): readonly Seen[];
  /** Answers the next requests to this path instead of the usual way, one each. */
  next(path: string, ...answers: Said[]): void;
  /** What the person at the browser ticks; null for a refusal. */
  grant(scopes: readonly string[] | null): void;
  /** Revokes every refresh token. */
  revokeAll(): void;
  /** Seconds an access token lives. */
  life: number;
  account: { email: string; name?: string };
  /** Answers the page of this address as a person would, and returns where the browser is sent. */
  consent(url: string): Promise<string>;
  close(): Promise<void>;
}

export const EMAIL = 'https://www.googleapis.com/auth/userinfo.email';
export const PROFILE = 'https://www.googleapis.com/auth/userinfo.profile';
export const COLAB = 'https://www.googleapis.com/auth/colaboratory';
export const DRIVE = 'https://www.googleapis.com/auth/drive.file';

interface Code {
  readonly challenge: string;
  readonly redirect: string;
  readonly scopes: readonly string[];
}

/** The sign-in part of Google's side of the wire, small enough to be steered answer by answer. */
export async function signInServer(): Promise<SignInServer> {
  const seen: Seen[] = [];
  const planned = new Map<string, Said[]>();
  const codes = new Map<string, Code>();
  const live = new Set<string>(['1//first']);
  const granted = new Map<string, readonly string[]>();
  let ticked: readonly string[] | null | undefined;
  let count = 0;
  const server = createServer((request, response) => {
    void readRequest(request).then(entry => {
      seen.push(entry);
      const plan = planned.get(entry.path)?.shift();
      if (plan === 'cut') request.socket.destroy();
      else if (plan === undefined) answer(entry, response);
      else if (plan !== 'hang') send(response, plan.status, plan.body, plan.type);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function answer(entry: Seen, response: ServerResponse): unknown {
    if (entry.path === '/o/oauth2/v2/auth') return consentPage(entry, response);
    if (entry.path === '/token') return token(entry, response);
    if (entry.path === '/oauth2/v2/userinfo') return send(response, 200, { id: '1', ...self.account });
    if (entry.path === '/revoke') {
      const known = live.delete(entry.form.get('token') ?? '');
      return send(response, known ? 200 : 400, known ? {} : { error: 'invalid_token' });
    }
    return send(response, 404, { error: 'not_found' });
  }

  function consentPage({ query }: Seen, response: ServerResponse): void {
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('state', query.get('state') ?? '');
    if (ticked === null) back.searchParams.set('error', 'access_denied');
    else {
      const code = `4/0Asecret-code-${++count}`;
      const scopes = ticked ?? (query.get('scope') ?? '').split(' ');
      codes.set(code, {
        challenge: query.get('code_challenge') ?? '',
        redirect: query.get('redirect_uri') ?? '',
        scopes,
      });
      back.searchParams.set('code', code);
    }
    response.writeHead(302, { location: back.href }).end();
  }

  function token({ form }: Seen, response: ServerResponse): unknown {
    const fail = (status: number, error: string) =>
      send(response, status, { error, error_description: `about ${error}` });
    if (form.get('grant_type') === 'refresh_token') {
      const refresh = form.get('refresh_token') ?? '';
      if (!live.has(refresh)) return fail(400, 'invalid_grant');
      const scope = (granted.get(refresh) ?? [EMAIL, PROFILE, COLAB, DRIVE]).join(' ');
      return send(response, 200, {
        access_token: `ya29.access-${++count}`,
        expires_in: self.life,
        token_type: 'Bearer',
        scope,
      });
    }
    const code = codes.get(form.get('code') ?? '');
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code === undefined || code.challenge !== verifier || code.redirect !== form.get('redirect_uri'))
      return fail(400, 'invalid_grant');
    codes.delete(form.get('code') ?? '');
    const refresh = `1//refresh-${++count}`;
    live.add(refresh);
    granted.set(refresh, code.scopes);
    return send(response, 200, {
      access_token: `ya29.access-${++count}`,
      refresh_token: refresh,
      expires_in: self.life,
      token_type: 'Bearer',
      scope: ['openid', ...code.scopes].join(' '),
    });
  }

  const self: SignInServer = {
    origin,
    seen,
    life: 3600,
    account: { email: 'user@example.com', name: 'Ada User' },
    requests: path => seen.filter(entry => entry.path === path),
    next: (path, ...answers) => void planned.set(path, [...(planned.get(path) ?? []), ...answers]),
    grant: scopes => {
      ticked = scopes;
    },
    revokeAll: () => live.clear(),
    async consent(url) {
      const response = await fetch(url, { redirect: 'manual' });
      return response.headers.get('location') ?? '';
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return self;
}

async function readRequest(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    form: new URLSearchParams(Buffer.concat(chunks).toString()),
    authorization: request.headers.authorization ?? null,
    headers: request.headers,
  };
}

function send(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
