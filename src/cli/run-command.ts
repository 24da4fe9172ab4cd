import type { Report } from '../core/events.ts';
import { Failure, isFailure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Services } from '../core/services.ts';
import type { GlobalFlags, Leniency } from '../core/settings.ts';
import { makePrinter } from '../ui/make-printer.ts';
import type { Printer } from '../ui/printer.ts';
import { checkInput } from './check-input.ts';
import type { Invocation } from './command-line.ts';
import { Interruption } from './interruption.ts';
import { asBug } from './refuse.ts';

type CommandInvocation = Extract<Invocation, { kind: 'command' }>;

/** Runs a command to its end, prints its result and returns the exit code. Never throws. */
export async function runCommand(
  { spec, flags, input }: CommandInvocation,
  host: Host,
  build: BuildServices,
): Promise<number> {
  const format = flags.jsonLines ? 'json-lines' : flags.json ? 'json' : null;
  const interruption = new Interruption(host);
  const printer = await makePrinter(host, { format, command: spec.path.join(' '), flags });
  const report: Report = event => (interruption.unread ? undefined : printer.event(event));
  let services: Services | null = null;
  const work = async () => {
    services = build(host, { ...flags, ...spec.lenient }, report);
    const command = await spec.load();
    const context = { services, report, signal: interruption.signal };
    const checked = checkInput(command, input);
    interruption.signal.throwIfAborted();
    const output: object = await command.run(checked, context);
    return { command, output, exit: command.exitCode?.(output, checked, context) ?? 0 };
  };
  try {
    const working = work();
    working.catch(() => {}); // nobody listens any more after a second Ctrl-C
    const { command, output, exit } = await Promise.race([working, interruption.left]);
    await printer.answer(output, command);
    return exit;
  } catch (error) {
    if (interruption.unread) return 130;
    return await reportFailure(error, { printer, services, verbose: flags.verbose, signal: interruption.signal });
  } finally {
    interruption.end();
  }
}

/** The composition root, handed in: this file knows no adapter. */
export type BuildServices = (host: Host, flags: GlobalFlags & Leniency, report: Report) => Services;

interface ReportParts {
  readonly printer: Printer;
  readonly services: Services | null;
  readonly verbose: boolean;
  readonly signal: AbortSignal;
}

async function reportFailure(error: unknown, { printer, services, verbose, signal }: ReportParts): Promise<number> {
  const failure = asFailure(error, signal);
  const level = failure.kind === 'usage' || failure.kind === 'interrupted' ? 'info' : 'error';
  const stack = failure.kind === 'unknown' ? { stack: stackOf(error) } : {};
  services?.log.write(level, 'cli', failure.message, { kind: failure.kind, ...stack });
  if (failure.kind === 'unknown' && verbose) await printer.event({ type: 'note', text: stackOf(error) });
  await printer.failure(failure.kind === 'unknown' ? namingTheLog(failure, services) : failure);
  return failure.spec.exit;
}

/** After an interruption whatever breaks is part of it. */
function asFailure(error: unknown, signal: AbortSignal): Failure {
  if (isFailure(error)) return error;
  const aborted = error === signal.reason || (error instanceof Error && error.name === 'AbortError');
  if (signal.aborted && aborted)
    return isFailure(signal.reason) ? signal.reason : new Failure('interrupted', 'interrupted');
  return asBug(error);
}

function namingTheLog(failure: Failure, services: Services | null): Failure {
  const file = services?.logFiles.list()[0]?.path ?? services?.paths.logs;
  const where = file === undefined ? [] : [`the details are in \`${file}\`; please report it with them`];
  return new Failure('unknown', failure.message, {
    ...failure.facts,
    hints: [...where, ...(failure.facts.hints ?? [])],
  });
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
