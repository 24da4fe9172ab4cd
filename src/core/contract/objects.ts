import * as z from 'zod/mini';
import {
  AuthExportObject,
  AuthImportObject,
  AuthListObject,
  AuthLoginObject,
  AuthLogoutObject,
  AuthStatusObject,
} from './auth.ts';
import { FailureObject, underData } from './common.ts';
import { CompletionObject } from './completion.ts';
import { ConfigListObject, ConfigPathObject, ConfigSettingObject, ConfigUnsetObject } from './config.ts';
import { DebugLinesObject, DebugListObject, DebugPathObject } from './debug.ts';
import { DoctorObject } from './doctor.ts';
import { EmulatorEnvObject, EmulatorStartObject, EmulatorStatusObject, EmulatorStopObject } from './emulator.ts';
import { EventLine } from './event-line.ts';
import { FilesCatObject, FilesListObject, FilesMoveObject, FilesPathsObject, TransferObject } from './files.ts';
import { ForwardObject } from './forward.ts';
import { KernelObject } from './kernel.ts';
import { LogsClearObject, LogsExportObject, LogsObject, LogsStatsObject } from './logs.ts';
import {
  NotebookCreateObject,
  NotebookDeleteObject,
  NotebookDownloadObject,
  NotebookListObject,
  NotebookOpenObject,
  NotebookUploadObject,
} from './notebook.ts';
import { NotebookExportObject } from './notebook-export.ts';
import { NotebookRunObject } from './notebook-run.ts';
import { RunObject } from './run.ts';
import {
  ConnectObject,
  SessionsCleanObject,
  SessionsCloseObject,
  SessionsListObject,
  SessionsSwitchObject,
} from './sessions.ts';
import { StatusObject } from './status.ts';
import { SyncObject } from './sync.ts';
import { UpgradeObject } from './upgrade.ts';
import { UsageObject } from './usage.ts';

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
  upload: TransferObject,
  download: TransferObject,
  'files ls': FilesListObject,
  'files stat': FilesListObject,
  'files cat': FilesCatObject,
  'files rm': FilesPathsObject,
  'files mkdir': FilesPathsObject,
  'files mv': FilesMoveObject,
  sync: SyncObject,
  forward: ForwardObject,
  'notebook list': NotebookListObject,
  'notebook create': NotebookCreateObject,
  'notebook delete': NotebookDeleteObject,
  'notebook open': NotebookOpenObject,
  'notebook download': NotebookDownloadObject,
  'notebook upload': NotebookUploadObject,
  'notebook export': NotebookExportObject,
  'notebook run': NotebookRunObject,
  'auth login': AuthLoginObject,
  'auth status': AuthStatusObject,
  'auth list': AuthListObject,
  'auth logout': AuthLogoutObject,
  'auth export': AuthExportObject,
  'auth import': AuthImportObject,
  'sessions list': SessionsListObject,
  'sessions switch': SessionsSwitchObject,
  'sessions close': SessionsCloseObject,
  'sessions clean': SessionsCleanObject,
  'keep-alive': underData(z.looseObject({ pings: z.int(), failures: z.int() })),
  logs: LogsObject,
  'logs stats': LogsStatsObject,
  'logs export': LogsExportObject,
  'logs clear': LogsClearObject,
  'debug tail': DebugLinesObject,
  'debug show': DebugLinesObject,
  'debug list': DebugListObject,
  'debug path': DebugPathObject,
  doctor: DoctorObject,
  'emulator start': EmulatorStartObject,
  'emulator stop': EmulatorStopObject,
  'emulator status': EmulatorStatusObject,
  'emulator env': EmulatorEnvObject,
  usage: UsageObject,
  'config list': ConfigListObject,
  'config get': ConfigSettingObject,
  'config set': ConfigSettingObject,
  'config unset': ConfigUnsetObject,
  'config path': ConfigPathObject,
  completion: CompletionObject,
  upgrade: UpgradeObject,
  /** JSON Schemas by command. */
  schema: underData(z.record(z.string(), z.record(z.string(), z.unknown()))),
  help: underData(z.looseObject({ help: z.string() })),
  version: underData(z.looseObject({ version: z.string() })),
  error: FailureObject,
  /** A line of `--json-lines` before the last. */
  event: EventLine,
};
