import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { Imported } from '../../operations/sign-in/import-login.ts';

const Input = z.object({
  login: z.optional(z.string()),
  force: z._default(z.boolean(), false),
  validate: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, Imported & { readonly profile: string }> = {
  input: Input,
  run: async ({ login, force, validate }, { services, report, signal }) => {
    const { importLogin } = await import('../../operations/sign-in/import-login.ts');
    const imported = await importLogin({ session: login ?? null, force, validate }, services, report, signal);
    return { ...imported, profile: services.profile };
  },
  view: ({ account }, style) => `${style.green('✓')} Imported the login of ${account?.id ?? 'an unknown account'}`,
};
