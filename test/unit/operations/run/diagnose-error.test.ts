import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../../src/core/execution.ts';
import { diagnose, type RunFacts } from '../../../../src/operations/run/diagnose-error.ts';

const KERNEL: RunFacts = { mode: 'kernel', stderrTail: '', durationMs: 10 };
const SHELL: RunFacts = { mode: 'terminal', stderrTail: '', durationMs: 10 };
const exception = (name: string, message = '', traceback: readonly string[] = []) =>
  diagnose({ kind: 'exception', name, message, traceback }, KERNEL);
const command = (status: number, facts: Partial<RunFacts> = {}, signal?: string) =>
  diagnose({ kind: 'exit', status, ...(signal ? { signal } : {}) }, { ...SHELL, ...facts });

describe('exceptions', () => {
  test.each([
    ['syntaxError', 1201, ['SyntaxError', 'IndentationError', 'TabError']],
    ['importError', 1205, ['ImportError', 'ModuleNotFoundError']],
    [
      'memoryExhausted',
      1204,
      [
        'MemoryError',
        'OutOfMemoryError',
        'torch.cuda.OutOfMemoryError',
        '_ArrayMemoryError',
        'numpy.core._exceptions._ArrayMemoryError',
        'ResourceExhaustedError',
      ],
    ],
    [
      'executionTimeout',
      1203,
      [
        'TimeoutError',
        'asyncio.exceptions.TimeoutError',
        'ReadTimeout',
        'ConnectTimeoutError',
        'TimeoutExpired',
        'timeout',
      ],
    ],
    ['interrupted', 1208, ['KeyboardInterrupt']],
    [
      'ioError',
      1206,
      [
        'OSError',
        'IOError',
        'FileNotFoundError',
        'PermissionError',
        'IsADirectoryError',
        'NotADirectoryError',
        'FileExistsError',
        'BlockingIOError',
        'InterruptedError',
        'ChildProcessError',
        'ProcessLookupError',
        'BrokenPipeError',
        'ConnectionError',
        'ConnectionRefusedError',
        'ConnectionResetError',
        'ConnectionAbortedError',
        'requests.exceptions.ConnectionError',
        'HTTPError',
        'urllib.error.URLError',
        'SSLError',
        'SSLCertVerificationError',
        'HfHubHTTPError',
        'gaierror',
        'RemoteDisconnected',
      ],
    ],
    [
      'runtimeError',
      1202,
      [
        'NameError',
        'TypeError',
        'ValueError',
        'AttributeError',
        'KeyError',
        'IndexError',
        'ZeroDivisionError',
        'RuntimeError',
        'AssertionError',
        'StopIteration',
        'StopAsyncIteration',
        'RecursionError',
        'UnboundLocalError',
        'NotImplementedError',
        'OverflowError',
        'FloatingPointError',
        'ArithmeticError',
        'LookupError',
        'UnicodeError',
        'UnicodeDecodeError',
        'EOFError',
        'BufferError',
        'JSONDecodeError',
        'json.decoder.JSONDecodeError',
        'CalledProcessError',
        'SystemError',
        'ReferenceError',
        'Exception',
        'ExceptionGroup',
        'UserWarning',
        'SystemExit',
      ],
    ],
    ['unknownException', 1202, ['CustomError', 'MyAppFailure', 'LinAlgError', 'XlaRuntimeError']],
  ] as const)('%s (%i)', (kind, code, names) => {
    for (const name of names) {
      const failure = exception(name, 'what happened');
      expect({ name, kind: failure?.kind, code: failure?.spec.code }).toEqual({ name, kind, code });
    }
  });

  test('every builtin exception of this Python has a row of its own', () => {
    const builtins =
      'ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError';
    for (const name of builtins.split(' '))
      expect([name, exception(name)?.kind]).not.toEqual([name, 'unknownException']);
  });

  test.each([
    ['RuntimeError', 'CUDA out of memory. Tried to allocate 2.00 GiB'],
    ['RuntimeError', 'CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`'],
    ['XlaRuntimeError', 'RESOURCE_EXHAUSTED: Out of memory allocating 12884901888 bytes.'],
    ['InternalError', 'failed to allocate memory'],
    ['RuntimeError', 'std::bad_alloc'],
    ['RuntimeError', "[enforce fail at alloc_cpu.cpp:75] DefaultCPUAllocator: can't allocate memory"],
    ['OSError', '[Errno 12] Cannot allocate memory'],
    ['CUDARuntimeError', 'cudaErrorMemoryAllocation: out of memory'],
  ])('%s that speaks of memory: %s', (name, message) => {
    expect(exception(name, message)?.kind).toBe('memoryExhausted');
  });

  test('a name that tells is believed over its message', () => {
    expect(exception('ValueError', 'out of memory')?.kind).toBe('runtimeError');
    expect(exception('KeyError', "'RESOURCE_EXHAUSTED'")?.kind).toBe('runtimeError');
  });

  test('a full disk is an I/O error, whoever says so', () => {
    expect(exception('RuntimeError', '[enforce fail] . unexpected pos: No space left on device')?.kind).toBe('ioError');
    expect(exception('OSError', '[Errno 28] No space left on device')?.facts.suggestion).toBe(
      'free disk space on the runtime',
    );
  });

  test('message and traceback are free of colours, and no traceback line has two', () => {
    const failure = exception('ValueError', '\u001b[31mbad\u001b[0m value', [
      '\u001b[0;31m---\u001b[0m\nTraceback\r\n  line',
      'ValueError: bad',
    ]);
    expect(failure?.message).toBe('bad value');
    expect(failure?.facts.traceback).toEqual(['---', 'Traceback', '  line', 'ValueError: bad']);
    expect(failure?.facts.name).toBe('ValueError');
    expect(exception('AssertionError')?.message).toBe('AssertionError');
  });
});

describe('failed imports', () => {
  test.each([
    ["No module named 'pandas'", 'pip install pandas'],
    ["No module named 'cv2'", 'pip install opencv-python'],
    ["No module named 'sklearn.ensemble'", 'pip install scikit-learn'],
    ["No module named 'google.cloud.storage'", 'pip install google-cloud-storage'],
    ["No module named 'yaml'; 'yaml' is not a package", 'pip install PyYAML'],
  ])('%s', (message, suggestion) => {
    const failure = exception('ModuleNotFoundError', message);
    expect(failure?.facts.suggestion).toBe(suggestion);
    expect(failure?.facts.hints).toEqual([`install it on the runtime: \`lecoder-cgpu run "${suggestion}"\``]);
  });

  test.each([
    ["cannot import name 'x' from 'sklearn.utils' (/usr/lib/a.py)", /: pip install --upgrade scikit-learn$/],
    ['libGL.so.1: cannot open shared object file', /: pip install opencv-python-headless$/],
    ["No module named 'utils'", /^`utils` is no package to install/],
    ["No module named 'asyncio.foo'", /is no package to install/],
    [
      "cannot import name 'x' from partially initialized module 'pandas' (most likely due to a circular import)",
      /imports itself in a circle/,
    ],
    ['something else', /^check which version/],
  ])('%s', (message, suggestion) => {
    expect(exception('ImportError', message)?.facts.suggestion).toMatch(suggestion);
  });
});

describe('commands', () => {
  test.each([
    [0, null],
    [1, 'runtimeError'],
    [2, 'runtimeError'],
    [124, 'executionTimeout'],
    [137, 'memoryExhausted'],
    [127, 'runtimeError'],
    [139, 'runtimeError'],
  ])('status %i', (status, kind) => {
    expect(command(status)?.kind ?? null).toBe(kind);
  });

  test('other statuses and signals are named', () => {
    expect(command(3)?.message).toBe('the command ended with status 3');
    expect(command(139, {}, 'SIGSEGV')?.message).toBe('the command ended with status 139 (SIGSEGV)');
  });

  test('Python given to the shell gets the hint', () => {
    const stderr = 'bash: line 1: import: command not found\n';
    expect(command(127, { stderrTail: stderr, code: 'import torch' })?.facts.hints).toEqual([
      'this looks like Python: `lecoder-cgpu run --kernel` runs it in the kernel',
    ]);
    expect(
      command(127, { stderrTail: 'bash: line 1: nvidia-smii: command not found\n', code: 'nvidia-smii' })?.facts.hints,
    ).toEqual(['check the spelling, or install the command on the runtime']);
    expect(
      command(2, {
        stderrTail: "bash: -c: line 1: syntax error near unexpected token `'hi''",
        code: "print('hi')",
      })?.facts.hints?.[0],
    ).toMatch(/--kernel/);
    expect(command(2, { stderrTail: 'ls: cannot access', code: 'ls x' })?.facts.hints).toEqual([]);
  });

  test('a module missing in a program stays a runtime error with the package to install', () => {
    const stderr =
      'Traceback (most recent call last):\n  File "x.py", line 1\n\u001b[1mModuleNotFoundError\u001b[0m: No module named \'bs4\'\n';
    expect(command(1, { stderrTail: stderr })).toMatchObject({
      kind: 'runtimeError',
      facts: { suggestion: 'pip install beautifulsoup4' },
    });
  });
});

describe('other ends', () => {
  test.each<[Outcome, RunFacts, string, RegExp]>([
    [
      { kind: 'timeout', after: 5000, restarted: false },
      KERNEL,
      'executionTimeout',
      /interrupted after 5 s; the kernel and its variables are kept/,
    ],
    [
      { kind: 'timeout', after: 90_000, restarted: true },
      KERNEL,
      'executionTimeout',
      /after 1 min 30 s; .* restarted and its variables are gone/,
    ],
    [{ kind: 'timeout', after: 500, restarted: false }, SHELL, 'executionTimeout', /stopped after 500 ms/],
    [{ kind: 'interrupted', traceback: ['KeyboardInterrupt'] }, KERNEL, 'interrupted', /variables are kept/],
    [{ kind: 'died', reason: 'the kernel died', outOfMemory: false }, KERNEL, 'kernelDied', /^the kernel died$/],
    [{ kind: 'died', reason: '', outOfMemory: true }, KERNEL, 'memoryExhausted', /memory ran out/],
    [{ kind: 'exit', status: 3 }, KERNEL, 'runtimeError', /ended itself with status 3/],
  ])('%j', (outcome, facts, kind, message) => {
    const failure = diagnose(outcome, facts);
    expect(failure?.kind).toBe(kind);
    expect(failure?.message).toMatch(message);
  });

  test('what went well is no failure', () => {
    expect(diagnose({ kind: 'ok' }, KERNEL)).toBeNull();
    expect(diagnose({ kind: 'exit', status: 0 }, SHELL)).toBeNull();
  });
});
