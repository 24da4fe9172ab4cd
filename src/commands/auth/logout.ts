import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { SignedOut } from '../../operations/sign-in/sign-out.ts';

const Input = z.object({ all: z._default(z.boolean(), false), force: z._default(z.boolean(), false) });

export const command: Command<z.infer<typeof Input>, SignedOut> = {
  input: Input,
  run: async (input, { services, report, signal }) =>
    (await import('../../operations/sign-in/sign-out.ts')).signOut(input, services, report, signal),
  payload: 'data',
  view: ({ signedOut, account, revoked, clientRemoved }) => {
    const who = account === null ? 'Signed out' : `Signed out ${account}`;
    const atGoogle = revoked === true ? ', and revoked the login at Google' : '';
    const kept = account === null ? 'Nobody was signed in' : `Still signed in as ${account}`;
    const lines = [signedOut ? `${who}${atGoogle}` : kept];
    if (clientRemoved) lines.push('Removed the OAuth client from `config.json`');
    return lines.join('\n');
  },
};
