import * as z from 'zod/mini';
import type { Command, Style } from '../../core/command.ts';
import type { LoginReport, NoLogin } from '../../operations/sign-in/login-report.ts';
import { loginLines, profileLine } from './login-lines.ts';

const Input = z.object({});

type Status = (LoginReport | NoLogin) & { readonly profile: string };

export const command: Command<z.infer<typeof Input>, Status> = {
  input: Input,
  run: async (_, { services, report, signal }) => {
    const { checkLogin } = await import('../../operations/sign-in/check-login.ts');
    return { ...(await checkLogin(services, report, signal)), profile: services.profile };
  },
  exitCode: status => ('error' in status ? status.error.exit : 0),
  view: (status, style) => ('error' in status ? refusedLines(status, style) : loginLines(status, style)),
};

function refusedLines({ error, profile }: NoLogin & { readonly profile: string }, style: Style): string {
  const lines = [`${style.red('✗')} Not authenticated: ${error.message}`, `  ${error.suggestion ?? ''}`.trimEnd()];
  return [...lines, ...profileLine(profile)].join('\n');
}
