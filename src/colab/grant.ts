import { Failure } from '../core/failure.ts';
import type { PropagationWish } from './client.ts';
import type { Colab } from './parts.ts';

/**
 * Lends the account's credentials to a machine: asks whether it would work, has consent given where it is missing, then
 * does it. Throws `forbidden` when Google says no without a way to consent, and what `consent` throws.
 */
export async function grant(
  colab: Colab,
  { endpoint, authtype }: Omit<PropagationWish, 'dryRun'>,
  consent: (url: URL) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const asked = await colab.client.propagate({ endpoint, authtype, dryRun: true }, signal);
  if (!asked.success) {
    if (asked.consent === null) throw refused();
    await consent(consentPage(asked.consent, colab.emulator));
  }
  const done = await colab.client.propagate({ endpoint, authtype, dryRun: false }, signal);
  if (!done.success) throw refused();
}

/** A page that people are sent to with their account must be Google's own. */
function consentPage(text: string, emulator: URL | null): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const own =
    emulator === null ? url?.protocol === 'https:' && isGoogle(url.hostname) : url?.origin === emulator.origin;
  if (url !== null && own) return url;
  throw new Failure('apiUnavailable', 'Colab names a page for consent that is not one of Google', { retryable: false });
}

function isGoogle(host: string): boolean {
  return host === 'google.com' || host.endsWith('.google.com');
}

function refused(): Failure {
  return new Failure('forbidden', 'Google does not pass the credentials of the account on to the machine', {
    hints: [
      'run it again once consent was given in the browser',
      'an administrator may have switched it off for the account',
    ],
  });
}
