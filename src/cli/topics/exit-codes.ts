import { EXIT_CODES } from '../../core/exit-codes.ts';
import { FAILURES } from '../../core/failure.ts';
import type { TopicPage } from './page.ts';

export function exitCodesPage(): TopicPage {
  const rows = Object.entries(EXIT_CODES).map(([exit, meaning]) => [exit, meaning, errorCodes(Number(exit))]);
  return {
    title: 'Exit codes',
    intro:
      'The remote status itself is `exitCode` in JSON. `run --propagate-exit-code`, or `propagateExitCode` in `config.json`, makes it the exit code of the process, as ssh does.',
    parts: [{ head: ['Exit code', 'Meaning', 'Error codes'], rows }],
  };
}

function errorCodes(exit: number): string {
  const codes = Object.values(FAILURES)
    .filter(failure => failure.exit === exit)
    .map(({ code }) => code);
  return [...new Set(codes)].sort((a, b) => a - b).join(', ');
}
