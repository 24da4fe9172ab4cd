import { CONNECTION } from './commands/connection.ts';
import { DEBUG, DEBUG_GROUP } from './commands/debug.ts';
import { KERNEL, KERNEL_GROUP } from './commands/kernel.ts';
import { LOGS } from './commands/logs.ts';
import { RUN } from './commands/run.ts';
import { SCHEMA } from './commands/schema.ts';
import { SESSIONS, SESSIONS_GROUP } from './commands/sessions.ts';
import type { CommandSpec, GroupSpec } from './spec.ts';

/** Every command there is, in the order of the help page. */
export const COMMANDS: readonly CommandSpec[] = [RUN, ...KERNEL, ...CONNECTION, ...SESSIONS, ...LOGS, ...DEBUG, SCHEMA];

export const GROUPS: readonly GroupSpec[] = [KERNEL_GROUP, SESSIONS_GROUP, DEBUG_GROUP];
