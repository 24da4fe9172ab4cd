import { findAccelerator } from './accelerators.ts';
import { startEmulator } from './emulator.ts';
import { BadFault, Faults } from './faults.ts';
import type { EmulatorOptions } from './options.ts';

/** What is wrong with those options, as a sentence; null for nothing. */
function objection({ faults, settings }: Pick<EmulatorOptions, 'faults' | 'settings'>): string | null {
  const { capacity = {}, give = {} } = settings ?? {};
  const names = [...Object.keys(capacity), ...Object.entries(give).flat()];
  const strange = names.find(name => name !== 'CPU' && findAccelerator(name) === null);
  if (strange !== undefined) return `there is no accelerator \`${strange}\``;
  try {
    const plans = new Faults();
    for (const fault of faults ?? []) plans.add(fault);
    return null;
  } catch (error) {
    if (error instanceof BadFault) return error.message;
    throw error;
  }
}

/** The emulator as the rest of the program starts it. */
export const emulatorProgram = { objection, start: startEmulator };
