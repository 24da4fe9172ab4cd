import type { ColabAnswers } from '../../core/execution.ts';
import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';

/**
 * What Colab's kernel gets when it asks: secrets allowed on this run, credentials for Drive, and for everything else an
 * error, because a browser would be needed and silence would hang the cell.
 */
export function colabAnswers(session: Session, secrets: ReadonlyMap<string, string>, services: Services): ColabAnswers {
  return async (type, request, signal) => {
    try {
      if (type === 'GetSecret') return { data: secret(String(request.key ?? ''), secrets) };
      if (type === 'request_auth') return await grant(String(request.authType ?? ''), { session, services, signal });
      return { error: `lecoder-cgpu cannot serve \`${type}\`: it needs Colab's page in a browser` };
    } catch (error) {
      return { error: inWords(error) };
    }
  };
}

/** The cell shows only this, so what to do about it belongs in it. */
function inWords(error: unknown): string {
  if (error instanceof Failure) return [error.message, ...(error.facts.hints ?? [])].join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** The three answers of Colab's own secrets: there and allowed, there and not allowed, not there. */
function secret(key: string, secrets: ReadonlyMap<string, string>) {
  const payload = secrets.get(key);
  return payload === undefined ? { exists: false, access: false } : { exists: true, access: true, payload };
}

interface Asking {
  readonly session: Session;
  readonly services: Services;
  readonly signal: AbortSignal;
}

async function grant(
  kind: string,
  { session, services, signal }: Asking,
): Promise<{ data?: unknown } | { error: string }> {
  if (kind !== 'dfs_ephemeral' && kind !== 'auth_user_ephemeral')
    return { error: `unknown kind of credentials: ${kind}` };
  const provider = await services.provider(session.provider);
  if (!provider.grant) return { error: `the ${session.provider} runtime has no Google credentials to pass on` };
  const { askConsent } = await import('../sign-in/ask-consent.ts');
  await provider.grant(session.runtime.id, kind, url => askConsent(url, services, signal), signal);
  return {};
}
