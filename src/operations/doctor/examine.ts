import { setMaxListeners } from 'node:events';
import type { CommandContext } from '../../core/command.ts';
import { CHECKS, type Check, type CheckId } from '../../core/doctor.ts';
import { type Failure, isFailure } from '../../core/failure.ts';
import type { ProviderName } from '../../core/runtime.ts';
import type { Session } from '../../core/session.ts';
import { sessionInUse } from '../sessions/ensure-session.ts';
import { checkAuthorities } from './check-authorities.ts';
import { checkFiles } from './check-files.ts';
import { checkFolder } from './check-folder.ts';
import { checkProgram } from './check-program.ts';
import { checkPython } from './check-python.ts';
import { checkSettings } from './check-settings.ts';
import { checkTerminal, type TerminalAbilities } from './check-terminal.ts';
import { examineNetwork } from './examine-network.ts';
import { check, type Look, skipped } from './finding.ts';

export interface DoctorWish {
  /** Nothing that needs the network. */
  readonly offline: boolean;
  readonly terminal: TerminalAbilities;
}

export interface Examination {
  /** In the order of `CHECKS`. */
  readonly checks: readonly Check[];
  readonly runtime: ProviderName;
}

/** What all checks share. */
export interface Patient {
  readonly context: CommandContext;
  readonly runtime: ProviderName;
  readonly session: Session | null;
  /** Why the session that was named cannot be used. */
  readonly sessionFault: Failure | null;
  look(id: CheckId, work: Look): Promise<Check>;
}

/** Looks at each hop by itself, side by side where one does not rest on another. Rejects only with the signal's reason. */
export async function examine({ offline, terminal }: DoctorWish, context: CommandContext): Promise<Examination> {
  const { services, report, signal } = context;
  const { host, settings } = services;
  setMaxListeners(100, signal); // a check each, and each host
  const look = (id: CheckId, work: Look) => check(id, { host, signal }, work);
  // Before anybody reads them: reading moves aside what cannot be used.
  const files = await look('files', () => checkFiles(services));
  const { session, fault: sessionFault } = await sessionMeant(context);
  const runtime = settings.runtime ?? session?.provider ?? 'colab';
  const patient = { context, runtime, session, sessionFault, look };
  const step = { type: 'step', id: 'doctor', text: 'Looking at every hop' } as const;
  if (!offline) void report({ ...step, done: false });
  const network = offline ? withoutNetwork(look) : examineNetwork(patient);
  const found = await Promise.all([
    files,
    look('program', () => checkProgram(host)),
    look('settings', () => checkSettings(services)),
    look('folder', () => checkFolder(services)),
    look('terminal', () => checkTerminal(host, terminal)),
    look('python', limit => checkPython(services, runtime === 'local', limit)),
    look('authorities', () => checkAuthorities(host)),
    network,
  ]);
  void report({ ...step, done: true });
  const all = found.flat();
  return { runtime, checks: CHECKS.flatMap(id => all.filter(each => each.id === id)) };
}

async function sessionMeant({ services }: CommandContext): Promise<{ session: Session | null; fault: Failure | null }> {
  try {
    return { session: await sessionInUse(services), fault: null };
  } catch (error) {
    if (isFailure(error)) return { session: null, fault: error };
    throw error;
  }
}

/** From the first that asks anybody else on. */
const ON_THE_NETWORK = CHECKS.slice(CHECKS.indexOf('dns'));

function withoutNetwork(look: Patient['look']): Promise<Check[]> {
  return Promise.all(ON_THE_NETWORK.map(id => look(id, () => skipped('`--offline`'))));
}
