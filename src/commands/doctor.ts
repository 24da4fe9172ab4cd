import * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import type { BadDiagnosis, Diagnosis } from '../operations/doctor/diagnose.ts';
import { imageProtocol } from '../ui/images.ts';
import { colourWanted } from '../ui/style.ts';
import { diagnosisText } from './doctor-text.ts';

const Input = z.object({
  offline: z._default(z.boolean(), false),
  /** True where no name was given. */
  bundle: z.optional(z.union([z.string(), z.literal(true)])),
});

export const command: Command<z.infer<typeof Input>, Diagnosis | BadDiagnosis> = {
  input: Input,
  run: async ({ offline, bundle }, context) => {
    const { host, flags } = context.services;
    const terminal = { colour: colourWanted(host.stdout, host.env, flags.color), images: imageProtocol(host) };
    const { diagnose } = await import('../operations/doctor/diagnose.ts');
    return diagnose({ offline, terminal, bundle: bundle === true ? '' : (bundle ?? null) }, context);
  },
  exitCode: found => ('error' in found ? found.error.exit : 0),
  view: diagnosisText,
};
