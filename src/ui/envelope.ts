import type { AnyCommand } from '../core/command.ts';
import { errorReport } from '../core/error-report.ts';
import type { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Timing } from '../core/run-report.ts';

/** Builds the one JSON object that every command ends with. */
export class Envelope {
  readonly #host: Pick<Host, 'now' | 'monotonic'>;
  readonly #command: string;
  readonly #startedAt: Date;
  readonly #started: number;
  readonly warnings: string[] = [];

  constructor(host: Pick<Host, 'now' | 'monotonic'>, command: string) {
    this.#host = host;
    this.#command = command;
    this.#startedAt = host.now();
    this.#started = host.monotonic();
  }

  /** The payload's own `success`, `status`, `errorCode` and `timing` win; its warnings join ours. */
  answer(output: object, command: Pick<AnyCommand, 'payload'>): object {
    const payload: Record<string, unknown> = command.payload === 'data' ? { data: output } : { ...output };
    const own = Array.isArray(payload.warnings) ? payload.warnings : [];
    const warnings = [...this.warnings, ...own.filter(text => !this.warnings.includes(text))];
    const head = {
      schemaVersion: 1,
      command: this.#command,
      success: true,
      status: 'ok',
      errorCode: 0,
      timing: this.#timing(),
    };
    const { warnings: _, ...rest } = payload;
    return { ...head, ...(warnings.length > 0 || 'warnings' in payload ? { warnings } : {}), ...rest };
  }

  failure(failure: Failure): object {
    return {
      schemaVersion: 1,
      command: this.#command,
      success: false,
      status: failure.kind === 'interrupted' ? 'abort' : 'error',
      errorCode: failure.spec.errorCode,
      timing: this.#timing(),
      ...(this.warnings.length > 0 ? { warnings: this.warnings } : {}),
      error: errorReport(failure),
    };
  }

  #timing(): Timing {
    const duration = Math.max(0, Math.round(this.#host.monotonic() - this.#started));
    return {
      startedAt: this.#startedAt.toISOString(),
      completedAt: this.#host.now().toISOString(),
      duration,
      duration_ms: duration,
    };
  }
}
