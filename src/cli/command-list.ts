import { AUTH, AUTH_GROUP } from './commands/auth.ts';
import { COMPLETION } from './commands/completion.ts';
import { CONFIG, CONFIG_GROUP } from './commands/config.ts';
import { CONNECTION } from './commands/connection.ts';
import { DEBUG, DEBUG_GROUP } from './commands/debug.ts';
import { DOCTOR } from './commands/doctor.ts';
import { EMULATOR, EMULATOR_GROUP } from './commands/emulator.ts';
import { FILES, FILES_GROUP } from './commands/files.ts';
import { FORWARD } from './commands/forward.ts';
import { KEEP_ALIVE } from './commands/keep-alive.ts';
import { KERNEL, KERNEL_GROUP } from './commands/kernel.ts';
import { LOGS } from './commands/logs.ts';
import { NOTEBOOK, NOTEBOOK_GROUP } from './commands/notebook.ts';
import { NOTEBOOK_EXPORT } from './commands/notebook-export.ts';
import { NOTEBOOK_RUN } from './commands/notebook-run.ts';
import { RUN } from './commands/run.ts';
import { SCHEMA } from './commands/schema.ts';
import { SESSIONS, SESSIONS_GROUP } from './commands/sessions.ts';
import { SYNC } from './commands/sync.ts';
import { UPGRADE } from './commands/upgrade.ts';
import { USAGE } from './commands/usage.ts';
import type { CommandSpec, GroupSpec } from './spec.ts';

/** Every command there is, in the order of the help page. */
export const COMMANDS: readonly CommandSpec[] = [
  RUN,
  ...KERNEL,
  ...CONNECTION,
  ...FILES,
  SYNC,
  FORWARD,
  ...NOTEBOOK,
  NOTEBOOK_RUN,
  NOTEBOOK_EXPORT,
  ...AUTH,
  ...SESSIONS,
  USAGE,
  ...CONFIG,
  ...LOGS,
  ...DEBUG,
  DOCTOR,
  ...EMULATOR,
  KEEP_ALIVE,
  COMPLETION,
  UPGRADE,
  SCHEMA,
];

export const GROUPS: readonly GroupSpec[] = [
  AUTH_GROUP,
  KERNEL_GROUP,
  FILES_GROUP,
  NOTEBOOK_GROUP,
  SESSIONS_GROUP,
  CONFIG_GROUP,
  DEBUG_GROUP,
  EMULATOR_GROUP,
];
