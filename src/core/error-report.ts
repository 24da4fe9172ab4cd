import type { Failure } from './failure.ts';
import type { ErrorReport } from './run-report.ts';

/** The `error` of a JSON object for a failure that stopped a command. */
export function errorReport(failure: Failure): ErrorReport {
  const { spec, facts } = failure;
  const traceback = facts.traceback ?? [];
  const suggestion = facts.suggestion ?? facts.hints?.[0] ?? spec.recovery;
  return {
    code: spec.code,
    exit: spec.exit,
    message: failure.message,
    name: facts.name ?? spec.title,
    category: spec.category,
    suggestion,
    ...(facts.details === undefined ? {} : { details: facts.details }),
    ...(traceback.length === 0 ? {} : { traceback: traceback.join('\n'), traceback_lines: traceback }),
    retryable: facts.retryable ?? spec.retryable,
    ...(facts.billing === undefined ? {} : { billing: facts.billing }),
  };
}
