import type { Failure } from '../core/failure.ts';
import type { ErrorReport } from '../core/run-report.ts';

/** A failure as the contract's `error` object. */
export function errorReport({ spec, facts, message }: Failure): ErrorReport {
  const suggestion = facts.suggestion ?? facts.hints?.[0];
  const lines = facts.traceback && facts.traceback.length > 0 ? facts.traceback : null;
  return {
    code: spec.code,
    exit: spec.exit,
    message,
    ...(facts.name === undefined ? {} : { name: facts.name }),
    category: spec.category,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(facts.details === undefined ? {} : { details: facts.details }),
    ...(lines === null ? {} : { traceback: lines.join('\n'), traceback_lines: lines }),
    retryable: facts.retryable ?? spec.retryable,
    ...(facts.billing === undefined ? {} : { billing: facts.billing }),
  };
}
