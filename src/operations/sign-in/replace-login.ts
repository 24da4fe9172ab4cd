import { Failure } from '../../core/failure.ts';
import type { LoginStore, StoredLogin } from '../../core/login.ts';
import type { Services } from '../../core/services.ts';

/** The stored login, when it can still be used. */
export function liveLogin(logins: LoginStore): StoredLogin | null {
  const login = logins.read();
  if (login === null || login.refusedAt !== null) return null;
  return login.source === 'adc' || login.refreshToken !== null ? login : null;
}

/** Whether a login that works may make way for another: asked on a terminal. Throws `usage` where nobody can be asked. */
export async function mayReplace(
  { account }: StoredLogin,
  command: string,
  { host, flags }: Services,
  signal: AbortSignal,
): Promise<boolean> {
  const who = account?.id ?? 'somebody';
  // where stdin is no terminal it may be the new login itself
  if (!flags.input || !host.stdin.isTerminal) {
    throw new Failure('usage', `${who} is signed in already, and nobody can be asked whether to replace the login`, {
      hints: [`say \`${command} --force\`; the old login stays until the new one has succeeded`],
    });
  }
  const prompt = `${who} is signed in. Replace the login? [y/N] `;
  const said = await host.stdin.readLine(prompt, { hidden: false, signal });
  return /^y(es)?$/i.test(said?.trim() ?? '');
}
