import * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import { SHELLS, type Shell } from '../core/shells.ts';

const Input = z.object({ shell: z.enum(SHELLS) });

export interface CompletionScript {
  readonly shell: Shell;
  readonly script: string;
}

export const command: Command<z.infer<typeof Input>, CompletionScript> = {
  input: Input,
  run: async ({ shell }) => ({ shell, script: await scriptFor(shell) }),
  view: ({ script }) => script.trimEnd(),
  payload: 'data',
};

async function scriptFor(shell: Shell): Promise<string> {
  switch (shell) {
    case 'bash':
      return (await import('./completion/bash.ts')).BASH;
    case 'zsh':
      return (await import('./completion/zsh.ts')).ZSH;
    case 'fish':
      return (await import('./completion/fish.ts')).FISH;
    case 'powershell':
      return (await import('./completion/powershell.ts')).POWERSHELL;
  }
}
