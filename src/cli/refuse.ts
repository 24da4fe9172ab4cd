import { Failure, isFailure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import { makePrinter } from '../ui/make-printer.ts';
import { jsonWanted } from './command-line.ts';
import { findCommand } from './find-command.ts';
import { systemFailure } from './system-failure.ts';

/** Reports a command line that could not be understood, in the format it asked for. Returns the exit code. */
export async function refuse(error: unknown, argv: readonly string[], host: Host): Promise<number> {
  const failure = isFailure(error) ? error : asBug(error);
  const color = argv.includes('--no-color') ? false : null;
  const command = findCommand(argv).place.path.join(' ') || 'lecoder-cgpu';
  const printer = await makePrinter(host, { format: jsonWanted(argv), command, flags: { color, quiet: false } });
  await printer.failure(failure);
  return failure.spec.exit;
}

/** Anything that is not a failure we know, nor the machine's, is a fault of ours, and says so. */
export function asBug(error: unknown): Failure {
  const refused = systemFailure(error);
  if (refused !== null) return refused;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new Failure('unknown', `this is a fault in lecoder-cgpu: ${message}`, { cause: error });
}
