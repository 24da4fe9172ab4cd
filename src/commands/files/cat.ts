import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';

const Input = z.object({ paths: z.array(z.string()) });

interface Shown {
  readonly bytes: number;
  readonly text?: string;
  readonly base64?: string;
}

export const command: Command<z.infer<typeof Input>, Shown> = {
  input: Input,
  run: async ({ paths }, context) => (await import('../../operations/files/show-files.ts')).showFiles(paths, context),
  view: () => '',
};
