import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { ExportedLogin } from '../../operations/sign-in/export-login.ts';

const Input = z.object({});

export const command: Command<z.infer<typeof Input>, ExportedLogin> = {
  input: Input,
  run: async (_, { services, report }) =>
    (await import('../../operations/sign-in/export-login.ts')).exportLogin(services, report),
  view: ({ session }) => JSON.stringify(session, null, 2),
};
