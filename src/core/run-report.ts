import type { JsonObject, MimeBundle } from './events.ts';
import type { Category } from './failure.ts';

/** The run object of the contract (section 2), without the envelope every object shares. */
export interface RunReport {
  readonly success: boolean;
  readonly status: 'ok' | 'error' | 'abort';
  readonly errorCode: number;
  readonly result: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdout_base64?: string;
  readonly stderr_base64?: string;
  /** Seconds. */
  readonly executionTime: number;
  readonly exitCode: number;
  readonly execution_count: number | null;
  readonly display_data: readonly { readonly data: MimeBundle; readonly metadata: JsonObject }[];
  readonly truncated: boolean;
  readonly outputFile?: string;
  readonly timing: Timing;
  readonly error?: ErrorReport;
}

export interface Timing {
  readonly startedAt: string;
  readonly completedAt: string;
  /** Milliseconds. */
  readonly duration: number;
  readonly duration_ms: number;
}

export interface ErrorReport {
  readonly code: number;
  /** Exit code of the process by the contract's table. */
  readonly exit: number;
  readonly message: string;
  readonly name?: string;
  readonly category: Category;
  readonly suggestion?: string;
  readonly details?: string;
  readonly traceback?: string;
  readonly traceback_lines?: readonly string[];
  readonly retryable: boolean;
  readonly billing?: readonly string[];
}
