import * as z from 'zod/mini';
import { FailureObject, underData } from './common.ts';
import { DebugLinesObject, DebugListObject, DebugPathObject } from './debug.ts';
import { EventLine } from './event-line.ts';
import { KernelObject } from './kernel.ts';
import { LogsClearObject, LogsObject, LogsStatsObject } from './logs.ts';
import { RunObject } from './run.ts';
import {
  ConnectObject,
  SessionsCleanObject,
  SessionsCloseObject,
  SessionsListObject,
  SessionsSwitchObject,
} from './sessions.ts';
import { StatusObject } from './status.ts';

/** What each command prints with `--json` when it can do its work; otherwise it prints the `error` object. */
export const OBJECTS: Readonly<Record<string, z.ZodMiniType>> = {
  run: RunObject,
  'kernel status': KernelObject,
  'kernel restart': KernelObject,
  'kernel interrupt': KernelObject,
  'kernel execute': RunObject,
  connect: ConnectObject,
  disconnect: SessionsCloseObject,
  status: StatusObject,
  'sessions list': SessionsListObject,
  'sessions switch': SessionsSwitchObject,
  'sessions close': SessionsCloseObject,
  'sessions clean': SessionsCleanObject,
  logs: LogsObject,
  'logs stats': LogsStatsObject,
  'logs clear': LogsClearObject,
  'debug tail': DebugLinesObject,
  'debug show': DebugLinesObject,
  'debug list': DebugListObject,
  'debug path': DebugPathObject,
  /** JSON Schemas by command. */
  schema: underData(z.record(z.string(), z.record(z.string(), z.unknown()))),
  help: underData(z.looseObject({ help: z.string() })),
  version: underData(z.looseObject({ version: z.string() })),
  error: FailureObject,
  /** A line of `--json-lines` before the last. */
  event: EventLine,
};
