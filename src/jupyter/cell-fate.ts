import type { KernelMessage, Outcome } from '../core/execution.ts';
import { expressionValue } from './kernel-setup.ts';
import { outcomeOfError } from './outcome.ts';

type Reply = KernelMessage['content'];

/** How often the system has killed for memory, as a prepared kernel reports it; null when it cannot say. */
export function memoryKills(reply: Reply): number | null {
  const value = expressionValue(reply, 'oom');
  return typeof value === 'number' && value >= 0 ? value : null;
}

/** What killed a kernel that is back: the counter before the cell against the counter now. */
export function death(before: number | null, now: number | null): Outcome {
  const outOfMemory = now !== null && before !== null && now > before;
  const reason = outOfMemory
    ? 'the system killed the kernel because memory ran out'
    : 'the kernel died and was started again';
  return { kind: 'died', reason, outOfMemory };
}

/** What a kernel remembers of a cell whose reply was lost: `never ran`, how it ended, or that it `cannot say`. */
export function rememberedEnding(reply: Reply): 'never ran' | 'cannot say' | Outcome {
  const ending = expressionValue(reply, 'ending') as readonly string[] | null | undefined;
  if (ending === undefined) return 'cannot say';
  if (ending === null) return 'never ran';
  const [name, text] = ending;
  return name === undefined ? { kind: 'ok' } : outcomeOfError(name, text ?? '', []);
}
