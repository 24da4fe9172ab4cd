import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';

const Input = z.object({ shell: z._default(z.enum(['sh', 'fish', 'powershell', 'dotenv']), 'sh') });

interface Variables {
  readonly shell: z.infer<typeof Input>['shell'];
  readonly env: Readonly<Record<string, string>>;
}

export const command: Command<z.infer<typeof Input>, Variables> = {
  input: Input,
  run: async ({ shell }, { services, signal }) => {
    const { emulatorVariables } = await import('../../operations/emulator/emulator-status.ts');
    return { shell, env: await emulatorVariables(services, signal) };
  },
  // The values have no character that any of these would take for something else.
  view: ({ shell, env }) =>
    Object.entries(env)
      .map(([name, value]) => LINES[shell](name, value))
      .join('\n'),
  payload: 'data',
};

const LINES: Readonly<Record<Variables['shell'], (name: string, value: string) => string>> = {
  sh: (name, value) => `export ${name}='${value}'`,
  fish: (name, value) => `set -gx ${name} '${value}'`,
  powershell: (name, value) => `$env:${name} = '${value}'`,
  dotenv: (name, value) => `${name}=${value}`,
};
