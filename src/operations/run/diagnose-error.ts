import { stripVTControlCharacters } from 'node:util';
import type { Mode } from '../../core/events.ts';
import type { Outcome } from '../../core/execution.ts';
import { Failure, type FailureFacts, type FailureKind } from '../../core/failure.ts';
import { durationText } from '../../util/time.ts';
import { importAdvice, missingModule } from '../sign-in/import-advice.ts';
import { kindOfException, lastPart, tellsOfMemory } from './exception-names.ts';
import { looksLikePython } from './looks-like-python.ts';
import { pipName } from './package-names.ts';

export interface RunFacts {
  readonly mode: Mode;
  readonly stdoutTail?: string;
  readonly stderrTail: string;
  readonly durationMs: number;
  /** What was run, for advice about the mode. */
  readonly code?: string;
  /** The kernel goes with the run. */
  readonly ownKernel?: boolean;
}

/**
 * Turns the way remote code ended into a row of the catalogue, or null when all went well. Pure. The exception's name decides; remote
 * text is read only where the name or the status alone does not tell. Rules: the contract's section 3.
 */
export function diagnose(outcome: Outcome, facts: RunFacts): Failure | null {
  switch (outcome.kind) {
    case 'ok':
      return null;
    case 'exit':
      return outcome.status === 0
        ? null
        : facts.mode === 'terminal'
          ? commandFailure(outcome, facts)
          : exitFailure(outcome.status);
    case 'exception':
      return exceptionFailure(outcome);
    case 'timeout':
      return timeoutFailure(outcome, facts);
    case 'interrupted':
      return interruptedFailure(outcome.traceback, facts);
    case 'died':
      return deathFailure(outcome);
  }
}

function exceptionFailure({ name: full, message, traceback }: Extract<Outcome, { kind: 'exception' }>): Failure {
  const name = lastPart(full);
  const plain = plainText(message).trim();
  const kind = kindOfException(name, plain);
  const suggestion = adviceFor(kind, name, plain);
  const lines = plainLines(traceback);
  return new Failure(kind, plain === '' ? name : plain, {
    name,
    traceback: lines,
    hints: hintsFor(kind, suggestion),
    ...(suggestion === null ? {} : { suggestion }),
  });
}

/** Null where nothing better can be said than "read the traceback". */
function adviceFor(kind: FailureKind, name: string, message: string): string | null {
  if (kind === 'importError') return importAdvice(message);
  if (kind === 'syntaxError')
    return 'look for a typing error, a missing bracket or quote, or wrong indentation at the line named';
  if (kind === 'memoryExhausted')
    return 'use a smaller batch or model, free what is not needed (`del`, `torch.cuda.empty_cache()`), or restart the kernel';
  if (kind === 'executionTimeout') return 'raise the time limit in the code, or split the work';
  if (/No space left/i.test(message)) return 'free disk space on the runtime';
  if (kind === 'ioError') return 'check that the path or address exists and may be used from the runtime';
  return RUNTIME_ADVICE[name] ?? (kind === 'runtimeError' ? 'read the traceback from its last line up' : null);
}

/** What people are told below the traceback: only what it does not say itself. */
function hintsFor(kind: FailureKind, suggestion: string | null): readonly string[] {
  if (suggestion === null || !['importError', 'memoryExhausted', 'executionTimeout'].includes(kind)) return [];
  const install = /^pip install \S+$/.test(suggestion);
  return [install ? `install it on the runtime: \`lecoder-cgpu run "${suggestion}"\`` : suggestion];
}

const RUNTIME_ADVICE: Readonly<Record<string, string>> = {
  NameError: 'define the name first; what earlier runs of this session defined is kept until the kernel restarts',
  UnboundLocalError: 'give the variable a value on every path before it is read',
  TypeError: 'check the types and the number of the arguments',
  AttributeError: 'check the type of the object and the spelling of the attribute',
  KeyError: 'check that the key is there, or use `.get`',
  IndexError: 'check the length before indexing',
  ValueError: 'check the values and shapes that go in',
  ZeroDivisionError: 'check the divisor before dividing',
  AssertionError: 'an assertion in the code does not hold',
  RecursionError: 'look for a recursion without an end',
  FloatingPointError: 'check the numbers that go in',
  UnicodeDecodeError: 'name the right encoding, or open the file in binary mode',
  NotImplementedError: 'this case is not implemented in the library or class used',
  StdinNotImplementedError: 'pass the answer in the code or in a variable: nobody is there to type it',
  SystemExit: 'the code ended itself with a message',
};

function exitFailure(status: number): Failure {
  return new Failure('runtimeError', `the code ended itself with status ${status}`, {
    name: 'SystemExit',
    suggestion: 'a status other than 0 was passed to `sys.exit`, `exit` or `quit`',
  });
}

/** A shell command's status, as shells and `timeout` give it. */
function commandFailure({ status, signal }: Extract<Outcome, { kind: 'exit' }>, facts: RunFacts): Failure {
  const stderr = plainText(facts.stderrTail);
  if (status === 124)
    return new Failure('executionTimeout', 'the command ended with status 124, which `timeout` gives when time is up', {
      hints: ['give the command more time, or less work'],
    });
  if (status === 137) {
    const message = 'the command was killed (status 137), as the system does when memory runs out';
    return new Failure('memoryExhausted', message, {
      hints: ['use less memory: a smaller batch or model, or a larger machine'],
    });
  }
  const killed = signal === undefined ? '' : ` (${signal})`;
  return new Failure(
    'runtimeError',
    `the command ended with status ${status}${killed}`,
    commandAdvice(status, stderr, facts.code),
  );
}

function commandAdvice(status: number, stderr: string, code: string | undefined): FailureFacts {
  const hints: string[] = [];
  const notFound = status === 127 && /not found/i.test(stderr);
  const refused = notFound || (status === 2 && /syntax error|unexpected/i.test(stderr));
  if (refused && code !== undefined && looksLikePython(code)) {
    hints.push('this looks like Python: `lecoder-cgpu run --kernel` runs it in the kernel');
  }
  const missing = /ModuleNotFoundError: .*/.test(stderr)
    ? missingModule(stderr.slice(stderr.lastIndexOf('ModuleNotFoundError: ')))
    : null;
  const package_ = missing === null ? null : pipName(missing);
  if (package_ !== null)
    return {
      hints: [`install it on the runtime: \`lecoder-cgpu run "pip install ${package_}"\``],
      suggestion: `pip install ${package_}`,
    };
  if (tellsOfMemory(stderr)) hints.push('use less memory: a smaller batch or model, or a larger machine');
  else if (notFound && hints.length === 0) hints.push('check the spelling, or install the command on the runtime');
  else if (status === 126)
    hints.push('the file was found but may not be executed: `chmod +x` it, or name its interpreter');
  return { hints };
}

const KEPT = '; the kernel and its variables are kept';

type Ending = Pick<RunFacts, 'mode' | 'ownKernel'>;

function timeoutFailure({ after, restarted }: Extract<Outcome, { kind: 'timeout' }>, facts: Ending): Failure {
  const { mode, ownKernel } = facts;
  const limit = durationText(after);
  const what =
    mode === 'terminal'
      ? `the command was stopped after ${limit}, with every process it had started`
      : restarted
        ? `the code was stopped after ${limit}; it did not react to the interrupt, so the kernel was restarted and its variables are gone`
        : `the code was interrupted after ${limit}${ownKernel ? '' : KEPT}`;
  return new Failure('executionTimeout', what, {
    hints: ['raise `--timeout` (0 for no limit), or split the work'],
  });
}

function interruptedFailure(traceback: readonly string[], { mode, ownKernel }: Ending): Failure {
  const what = mode === 'terminal' ? 'the command was interrupted' : `the code was interrupted${ownKernel ? '' : KEPT}`;
  const lines = plainLines(traceback);
  return new Failure('interrupted', what, {
    name: 'KeyboardInterrupt',
    ...(lines.length === 0 ? {} : { traceback: lines }),
  });
}

function deathFailure({ reason, outOfMemory }: Extract<Outcome, { kind: 'died' }>): Failure {
  const why = plainText(reason).trim();
  if (!outOfMemory) return new Failure('kernelDied', why === '' ? 'the kernel died; its variables are gone' : why);
  const message = why === '' ? 'the kernel was killed because memory ran out; its variables are gone' : why;
  return new Failure('memoryExhausted', message, {
    hints: ['use a smaller batch or model, or a larger machine, then run again from the start'],
  });
}

function plainText(text: string): string {
  return stripVTControlCharacters(text);
}

/** Free of colours, and one line an entry: IPython sends entries that hold many. */
function plainLines(traceback: readonly string[]): readonly string[] {
  return traceback.flatMap(entry => plainText(entry).split(/\r?\n/));
}
