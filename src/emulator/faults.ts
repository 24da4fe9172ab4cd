import { parseAge } from '../util/time.ts';
import { isOperation, type Operation } from './operations.ts';

/** What goes wrong with a request. */
export type FaultKind =
  /** That status, with a body as the service would write it. */
  | { readonly kind: 'status'; readonly status: number }
  /** Never answered. */
  | { readonly kind: 'timeout' }
  /** The connection is cut before anything is done. */
  | { readonly kind: 'reset' }
  /** The work is done, and then the connection is cut: the answer is lost. */
  | { readonly kind: 'lost' }
  /** The work is done and never answered. */
  | { readonly kind: 'stall' }
  /** A captive portal's page, with status 200. */
  | { readonly kind: 'html' }
  /** Half of the answer, then the connection is cut. */
  | { readonly kind: 'cut' }
  /** So much later, in milliseconds; otherwise as always. */
  | { readonly kind: 'slow'; readonly wait: number }
  /** A refusal of the session backend inside a 200. */
  | { readonly kind: 'outcome'; readonly outcome: number };

interface Plan {
  readonly operation: Operation;
  readonly fault: FaultKind;
  readonly text: string;
  /** Requests to let through first. */
  after: number;
  /** How many are left; Infinity for all. */
  left: number;
}

/** Thrown for a fault that is not written as `--fail` describes it. The message says what is wrong. */
export class BadFault extends Error {}

/** Faults to play, in the order they were given; each request meets the first that is left for its operation. */
export class Faults {
  readonly #plans: Plan[] = [];

  /** Reads `assign=503x2`, `token=500`, `keep-alive=timeout`, `assign=lost@1`; several may stand between commas. Throws `BadFault`. */
  add(text: string): void {
    const plans = text
      .split(',')
      .map(part => part.trim())
      .filter(part => part !== '')
      .map(readPlan);
    this.#plans.push(...plans);
  }

  take(operation: Operation): FaultKind | null {
    const plan = this.#plans.find(each => each.operation === operation && each.left > 0);
    if (plan === undefined) return null;
    if (plan.after > 0) {
      plan.after -= 1;
      return null;
    }
    plan.left -= 1;
    return plan.fault;
  }

  clear(operation?: Operation): void {
    const kept = operation === undefined ? [] : this.#plans.filter(plan => plan.operation !== operation);
    this.#plans.splice(0, this.#plans.length, ...kept);
  }

  /** Those that can still happen, as they were written. */
  list(): { readonly fault: string; readonly left: number | null }[] {
    return this.#plans
      .filter(plan => plan.left > 0)
      .map(plan => ({ fault: plan.text, left: Number.isFinite(plan.left) ? plan.left : null }));
  }
}

function readPlan(text: string): Plan {
  const found = /^([\w-]+)=(slow:[\w.]+?|[a-z]+?\d*?|\d{3})(?:x(\d+))?(?:@(\d+))?$/.exec(text);
  const [, operation = '', what = '', times, after] = found ?? [];
  if (found === null) throw new BadFault(`\`${text}\` is not a fault, which is written like \`assign=503x2\``);
  if (!isOperation(operation)) throw new BadFault(`\`${operation}\` is not an operation of the emulator`);
  const fault = readKind(what);
  if (fault === null) throw new BadFault(`\`${what}\` is nothing that can go wrong`);
  return {
    operation,
    fault,
    text,
    after: Number(after ?? 0),
    left: times === undefined ? Number.POSITIVE_INFINITY : Number(times),
  };
}

function readKind(what: string): FaultKind | null {
  if (/^[345]\d\d$/.test(what)) return { kind: 'status', status: Number(what) };
  if (/^outcome[0-5]$/.test(what)) return { kind: 'outcome', outcome: Number(what.slice(7)) };
  if (what.startsWith('slow:')) {
    const wait = parseAge(what.slice(5));
    return wait === null ? null : { kind: 'slow', wait };
  }
  switch (what) {
    case 'timeout':
    case 'reset':
    case 'lost':
    case 'stall':
    case 'html':
    case 'cut':
      return { kind: what };
    default:
      return null;
  }
}
