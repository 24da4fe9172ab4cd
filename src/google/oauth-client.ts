import type { GaxiosOptionsPrepared, GaxiosResponse } from 'gaxios';
import { OAuth2Client } from 'google-auth-library/build/src/auth/oauth2client.js';
import { Failure } from '../core/failure.ts';
import type { OAuthClient } from '../core/login.ts';
import type { HttpHost } from '../http/request.ts';
import { askGoogle, type GoogleAnswer } from './ask-google.ts';
import type { Endpoints } from './endpoints.ts';

export interface LibraryClient {
  readonly library: OAuth2Client;
  /** Runs a call of the library and returns what the token endpoint said. Throws our failures. */
  answer(call: (library: OAuth2Client) => Promise<unknown>): Promise<GoogleAnswer>;
}

/**
 * The library's OAuth client, for one call. It builds the requests; they go through our own fetch, so that proxies, certificates, retries,
 * deadlines and the emulator are the same everywhere. Loading this module costs some 30 ms: it is imported only when a token has to be fetched.
 */
export function oauthClient(
  { id, secret }: OAuthClient,
  { host, endpoints, signal }: { readonly host: HttpHost; readonly endpoints: Endpoints; readonly signal: AbortSignal },
): LibraryClient {
  let answer: GoogleAnswer | null = null;
  const adapter = async (options: GaxiosOptionsPrepared): Promise<GaxiosResponse> => {
    answer = await askGoogle(host, { url: options.url, form: formOf(options), signal });
    return Object.assign(new Response(), { config: options, data: { ...answer.body } });
  };
  const library = new OAuth2Client({
    clientId: id,
    clientSecret: secret,
    endpoints: {
      oauth2AuthBaseUrl: endpoints.authorization,
      oauth2TokenUrl: endpoints.token,
      oauth2RevokeUrl: endpoints.revoke,
    },
    // its own headers and its own log of requests, secrets included, stay away
    useAuthRequestParameters: false,
    transporterOptions: {
      adapter: adapter as never,
      validateStatus: () => true,
      retryConfig: { retry: 0, noResponseRetries: 0 },
      noProxy: [/./],
    },
  });
  return {
    library,
    async answer(call) {
      try {
        await call(library);
      } catch (error) {
        signal.throwIfAborted();
        throw ours(error) ?? error;
      }
      if (answer === null) throw new Failure('unknown', 'the sign-in library sent no request');
      return answer;
    },
  };
}

function formOf({ data }: GaxiosOptionsPrepared): URLSearchParams {
  if (data instanceof URLSearchParams) return data;
  throw new Failure('unknown', 'the sign-in library sent something else than a form');
}

/** The library wraps what its transport threw. */
function ours(error: unknown): Failure | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if (at instanceof Failure) return at;
  }
  return null;
}
