import type { CommandContext } from '../../core/command.ts';
import type { Drive } from '../../core/drive.ts';
import { Failure, isFailure } from '../../core/failure.ts';

/**
 * Does something in the account's Drive. Where the login does not cover Drive, that scope alone is asked for: at a terminal after a
 * question, elsewhere only with `consent`; then the work begins again. Throws `notAuthenticated`, `insufficientScopes` with the command
 * that grants it, and what the work throws.
 */
export async function useDrive<T>(
  consent: boolean,
  context: CommandContext,
  work: (drive: Drive) => Promise<T>,
): Promise<T> {
  const { services } = context;
  const identity = await services.identity();
  if (identity.login() === null) {
    throw new Failure(
      'notAuthenticated',
      'notebooks in Drive need a Google account, and there is none on this machine',
      {
        hints: ['sign in with `lecoder-cgpu auth login`, or set `LECODER_REFRESH_TOKEN`'],
      },
    );
  }
  try {
    identity.require('drive');
    return await work(await services.drive());
  } catch (error) {
    // what was not made here cannot be widened here; the failure says where it can
    const here = isFailure(error, 'insufficientScopes') && identity.login()?.source === 'session';
    if (!here || !(await mayAsk(consent, context))) throw error;
  }
  await askForDrive(context);
  return work(await services.drive());
}

async function mayAsk(consent: boolean, { services: { host, flags }, signal }: CommandContext): Promise<boolean> {
  if (!flags.input) return false;
  if (consent) return true;
  if (!host.stdin.isTerminal) return false;
  const question = 'Notebooks in Drive need one more permission of your account. Ask Google for it now? [Y/n] ';
  const said = await host.stdin.readLine(question, { hidden: false, signal });
  return said !== null && /^(y(es)?)?$/i.test(said.trim());
}

async function askForDrive({ services, report, signal }: CommandContext): Promise<void> {
  const { signIn } = await import('../sign-in/sign-in.ts');
  const plain = { headless: false, selectAccount: false, force: false, printUrl: false, code: null };
  await signIn({ ...plain, scopes: ['drive'] }, services, report, signal);
}
