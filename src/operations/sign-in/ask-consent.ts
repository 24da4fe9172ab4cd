import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';

/**
 * Shows the page where a person allows the runtime to use their Drive, and waits until they say so. Without a terminal
 * it fails at once and names the page: the next run then works unattended. Throws `insufficientScopes`.
 */
export async function askConsent(url: URL, { host, flags }: Services, signal: AbortSignal): Promise<void> {
  if (!isGoogle(url)) throw new Failure('forbidden', `the page for consent is not Google's: \`${url.host}\``);
  if (!host.stdin.isTerminal || !flags.input) {
    const hints = [`open ${url.href} once, allow it, and run again: from then on nobody is asked`];
    throw new Failure('insufficientScopes', 'Drive needs a consent that only a person can give', {
      hints,
      details: url.href,
    });
  }
  host.stderr.write(`Drive needs your consent: ${url.href}\n`);
  const answer = await host.stdin.readLine('Press Enter when you have allowed it … ', { hidden: false, signal });
  if (answer === null) throw new Failure('insufficientScopes', 'the consent for Drive was not given');
}

/** The address comes from outside; only Google's own pages, or the emulator's on this machine, are shown. */
function isGoogle({ protocol, hostname }: URL): boolean {
  if (protocol === 'http:') return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return protocol === 'https:' && /(^|\.)google\.com$/.test(hostname);
}
