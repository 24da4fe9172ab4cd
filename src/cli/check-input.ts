import type { AnyCommand } from '../core/command.ts';
import { Failure } from '../core/failure.ts';
import { usageError } from './usage.ts';

interface Issue {
  readonly path?: readonly PropertyKey[];
  readonly message?: string;
}

/** Lets the command check what the command line gave; what it refuses is a `usage` failure. */
export function checkInput(command: Pick<AnyCommand, 'input'>, given: unknown): unknown {
  try {
    return command.input.parse(given);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const issue = (error as { issues?: readonly Issue[] }).issues?.[0];
    if (issue === undefined) throw error;
    throw usageError(`\`${String(issue.path?.[0] ?? 'input')}\`: ${issue.message ?? 'not understood'}`);
  }
}
