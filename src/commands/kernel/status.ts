import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { KernelReport } from '../../operations/sessions/control-kernel.ts';
import { kernelLine } from './kernel-line.ts';

const Input = z.object({});

export const command: Command<z.infer<typeof Input>, KernelReport> = {
  input: Input,
  run: async (_, { services, signal }) =>
    (await import('../../operations/sessions/control-kernel.ts')).kernelStatus(services, signal),
  payload: 'data',
  view: (output, style) => kernelLine(output, style),
};
