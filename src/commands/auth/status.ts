import * as z from 'zod/mini';
import type { Command, Style } from '../../core/command.ts';
import type { LoginReport, NoLogin } from '../../operations/login-report.ts';
import { loginLines } from './login-lines.ts';

const Input = z.object({});

type Status = LoginReport | NoLogin;

export const command: Command<z.infer<typeof Input>, Status> = {
  input: Input,
  run: async (_, { services, report, signal }) =>
    (await import('../../operations/check-login.ts')).checkLogin(services, report, signal),
  exitCode: status => ('error' in status ? status.error.exit : 0),
  view: (status, style) => ('error' in status ? refusedLines(status, style) : loginLines(status, style)),
};

function refusedLines({ error }: NoLogin, style: Style): string {
  return [`${style.red('✗')} Not authenticated: ${error.message}`, `  ${error.suggestion ?? ''}`.trimEnd()].join('\n');
}
