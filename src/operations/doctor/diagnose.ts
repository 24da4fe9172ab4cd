import type { CommandContext } from '../../core/command.ts';
import { CHECK_STATUSES, type Check, type CheckStatus } from '../../core/doctor.ts';
import { FAILURES } from '../../core/failure.ts';
import type { ErrorReport } from '../../core/run-report.ts';
import type { ProviderName } from '../../core/runtime.ts';
import { type DoctorWish, examine } from './examine.ts';

export interface Diagnosis {
  readonly data: {
    readonly checks: readonly Check[];
    readonly summary: Readonly<Record<CheckStatus, number>>;
    /** Where code would run now. */
    readonly runtime: ProviderName;
    readonly offline: boolean;
    /** The report that was written. */
    readonly bundle: string | null;
  };
}

/** A check failed: the object of a failure, with the findings beside it. */
export interface BadDiagnosis extends Diagnosis {
  readonly success: false;
  readonly status: 'error';
  readonly errorCode: number;
  readonly error: ErrorReport;
}

export interface DiagnosisWish extends DoctorWish {
  /** Where a report is written to; empty for a name of its own, null for nowhere. */
  readonly bundle: string | null;
}

/** Examines, and writes the report that was asked for. Throws `usage`, `permissionDenied`, `ioError` where that cannot be. */
export async function diagnose(wish: DiagnosisWish, context: CommandContext): Promise<Diagnosis | BadDiagnosis> {
  const { checks, runtime } = await examine(wish, context);
  const summary = Object.fromEntries(
    CHECK_STATUSES.map(status => [status, checks.filter(each => each.status === status).length]),
  ) as Record<CheckStatus, number>;
  const found = { checks, summary, runtime, offline: wish.offline };
  const bundle = wish.bundle === null ? null : await writeReport(wish.bundle, found, context);
  const data = { ...found, bundle };
  const first = checks.find(({ error }) => error !== null)?.error;
  if (first == null) return { data };
  return { success: false, status: 'error', errorCode: errorCodeOf(first.code), error: first, data };
}

async function writeReport(path: string, found: Omit<Diagnosis['data'], 'bundle'>, context: CommandContext) {
  const { writeBundle } = await import('./bundle.ts');
  return writeBundle(path, found, context);
}

/** The number in the closed set of the references. */
function errorCodeOf(code: number): number {
  return Object.values(FAILURES).find(row => row.code === code)?.errorCode ?? FAILURES.unknown.errorCode;
}
