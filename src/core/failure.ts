/**
 * The one catalogue of failures. Exit code, JSON codes, HTTP status and advice all come from a row here,
 * so that the command line, REST and MCP cannot disagree. Source of the numbers: the contract's section 3.
 */
export interface FailureSpec {
  readonly code: number;
  readonly title: string;
  readonly exit: 1 | 2 | 3 | 4 | 5 | 6 | 130;
  readonly http: number;
  readonly category: Category;
  /** The agent reference's closed set of numbers. */
  readonly errorCode: 1001 | 1002 | 1003 | 1004 | 1005 | 1006 | 1999;
  readonly retryable: boolean;
  /** What to do about it, in general. */
  readonly recovery: string;
}

/** The agent reference's words, and four that its sample retry loop rightly does not retry. */
export const CATEGORIES = [
  'syntax',
  'runtime',
  'timeout',
  'memory',
  'import',
  'io',
  'unknown',
  'auth',
  'quota',
  'api',
  'usage',
] as const;
export type Category = (typeof CATEGORIES)[number];

// biome-ignore format: a table is read a row a line
export const FAILURES = {
  notAuthenticated: { code: 1001, title: 'Not authenticated', exit: 3, http: 401, category: 'auth', errorCode: 1999, retryable: false, recovery: 'Sign in, or use a runtime that needs no account' },
  tokenExpired: { code: 1002, title: 'Token expired', exit: 3, http: 401, category: 'auth', errorCode: 1999, retryable: false, recovery: 'Sign in again' },
  invalidCredentials: { code: 1003, title: 'Invalid credentials', exit: 3, http: 401, category: 'auth', errorCode: 1999, retryable: false, recovery: 'Check the token or the OAuth client' },
  insufficientScopes: { code: 1004, title: 'Insufficient scopes', exit: 3, http: 403, category: 'auth', errorCode: 1999, retryable: false, recovery: 'Sign in again and grant what is named' },
  connectionTimeout: { code: 1101, title: 'Connection timeout', exit: 4, http: 504, category: 'timeout', errorCode: 1003, retryable: true, recovery: 'Check the address and the network, then try again' },
  runtimeUnavailable: { code: 1102, title: 'Runtime unavailable', exit: 4, http: 503, category: 'io', errorCode: 1006, retryable: true, recovery: 'Try again later, or ask for another accelerator' },
  webSocketError: { code: 1103, title: 'WebSocket error', exit: 4, http: 502, category: 'io', errorCode: 1006, retryable: true, recovery: 'Try again' },
  sessionLimit: { code: 1104, title: 'Session limit reached', exit: 4, http: 409, category: 'quota', errorCode: 1999, retryable: false, recovery: 'Close a session that is not needed' },
  runtimeTerminated: { code: 1105, title: 'Runtime terminated', exit: 4, http: 410, category: 'io', errorCode: 1006, retryable: true, recovery: 'Connect again' },
  syntaxError: { code: 1201, title: 'Syntax error', exit: 5, http: 422, category: 'syntax', errorCode: 1001, retryable: false, recovery: 'Fix the syntax' },
  runtimeError: { code: 1202, title: 'Runtime error', exit: 5, http: 422, category: 'runtime', errorCode: 1002, retryable: false, recovery: 'Read the traceback or the output, then fix the code' },
  unknownException: { code: 1202, title: 'Runtime error', exit: 5, http: 422, category: 'unknown', errorCode: 1999, retryable: false, recovery: 'Read the traceback, then fix the code' },
  executionTimeout: { code: 1203, title: 'Execution timeout', exit: 6, http: 504, category: 'timeout', errorCode: 1003, retryable: true, recovery: 'Raise `--timeout` (0 for none) or split the work' },
  memoryExhausted: { code: 1204, title: 'Memory exhausted', exit: 5, http: 422, category: 'memory', errorCode: 1004, retryable: false, recovery: 'Use less memory: a smaller batch or model, or a larger machine' },
  importError: { code: 1205, title: 'Import error', exit: 5, http: 422, category: 'import', errorCode: 1005, retryable: false, recovery: 'Install the missing package' },
  ioError: { code: 1206, title: 'I/O error', exit: 5, http: 422, category: 'io', errorCode: 1006, retryable: true, recovery: 'Check paths, permissions, disk space and the network of the runtime' },
  kernelDied: { code: 1207, title: 'Kernel died', exit: 5, http: 502, category: 'unknown', errorCode: 1999, retryable: true, recovery: 'Run again; variables of the old kernel are gone' },
  interrupted: { code: 1208, title: 'Interrupted', exit: 130, http: 499, category: 'timeout', errorCode: 1003, retryable: false, recovery: 'Run again when ready' },
  fileNotFound: { code: 1301, title: 'File not found', exit: 1, http: 404, category: 'io', errorCode: 1006, retryable: false, recovery: 'Check the path' },
  permissionDenied: { code: 1302, title: 'Permission denied', exit: 1, http: 403, category: 'io', errorCode: 1006, retryable: false, recovery: 'Check the permissions' },
  transferFailed: { code: 1303, title: 'Transfer failed', exit: 1, http: 502, category: 'io', errorCode: 1006, retryable: true, recovery: 'Try again' },
  fileTooLarge: { code: 1304, title: 'File too large', exit: 1, http: 413, category: 'io', errorCode: 1006, retryable: false, recovery: 'Make room on the disk, or compress the file' },
  rateLimited: { code: 1401, title: 'Rate limited', exit: 1, http: 429, category: 'io', errorCode: 1006, retryable: true, recovery: 'Wait, then try again' },
  apiUnavailable: { code: 1402, title: 'API unavailable', exit: 4, http: 503, category: 'io', errorCode: 1006, retryable: true, recovery: 'Try again later' },
  usage: { code: 1403, title: 'Invalid request', exit: 2, http: 400, category: 'usage', errorCode: 1999, retryable: false, recovery: 'Check the arguments; `--help` lists them' },
  forbidden: { code: 1404, title: 'Forbidden', exit: 1, http: 403, category: 'api', errorCode: 1999, retryable: false, recovery: 'Check what this account or token may do' },
  unknown: { code: 1999, title: 'Unknown', exit: 1, http: 500, category: 'unknown', errorCode: 1999, retryable: false, recovery: 'This is a fault in lecoder-cgpu: please report it with the log' },
} as const satisfies Record<string, FailureSpec>;

export type FailureKind = keyof typeof FAILURES;

export interface FailureFacts {
  /** What to type next, one line each. Commands stand in backticks. */
  readonly hints?: readonly string[];
  readonly details?: string;
  /** Name of the remote exception, when there is one. */
  readonly name?: string;
  /** The one thing to do, for `error.suggestion`; the first hint when absent. */
  readonly suggestion?: string;
  readonly traceback?: readonly string[];
  /** Overrides the catalogue where the contract says so (a quota, for instance, is not retryable). */
  readonly retryable?: boolean;
  /** Machines that still run up units. */
  readonly billing?: readonly string[];
  readonly cause?: unknown;
}

/** What stops a command. `main.ts` has the only catch that ends things. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  readonly facts: FailureFacts;

  constructor(kind: FailureKind, message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.kind = kind;
    this.facts = facts;
  }

  get spec(): FailureSpec {
    return FAILURES[this.kind];
  }
}

/** True for a failure of that kind, whoever threw it. */
export function isFailure(value: unknown, ...kinds: FailureKind[]): value is Failure {
  return value instanceof Failure && (kinds.length === 0 || kinds.includes(value.kind));
}
