import { FAILURES } from '../../core/failure.ts';
import type { TopicPage } from './page.ts';

export function errorsPage(): TopicPage {
  const rows = Object.values(FAILURES).map(failure => [
    String(failure.code),
    failure.title,
    String(failure.errorCode),
    failure.category,
    String(failure.exit),
    failure.retryable ? 'yes' : 'no',
    failure.recovery,
  ]);
  return {
    title: 'Errors',
    intro:
      '`error.code` in JSON names the cause; `errorCode` beside it is from the small set 0, 1001–1006, 1999. `retryable` says whether the same call may succeed later; where the cause at hand is known better than by its kind, the object says so.',
    parts: [{ head: ['`error.code`', 'Name', '`errorCode`', '`category`', 'Exit', 'Retry', 'What to do'], rows }],
  };
}
