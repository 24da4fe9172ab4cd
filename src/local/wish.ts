import type { Report } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import type { RuntimeWish } from '../core/runtime.ts';
import type { Graphics } from './graphics.ts';

/** Says what this machine cannot do of what was asked: a warning, or with `strict` a `runtimeUnavailable` failure. */
export async function checkWish(wish: RuntimeWish, graphics: Promise<Graphics>, report: Report): Promise<void> {
  for (const text of shortfalls(wish, wantsGpu(wish) ? await graphics : null)) {
    if (wish.strict) {
      throw new Failure('runtimeUnavailable', text, {
        retryable: false,
        hints: ['Leave out `--strict` to run with what there is'],
      });
    }
    await report({ type: 'warning', text });
  }
}

function wantsGpu(wish: RuntimeWish): boolean {
  return wish.variant === 'gpu' || wish.accelerators.length > 0;
}

function shortfalls(wish: RuntimeWish, graphics: Graphics | null): string[] {
  const missing: string[] = [];
  if (wish.variant === 'tpu') missing.push('the local runtime has no TPU: it runs on this machine as it is');
  else if (graphics?.variant === 'cpu')
    missing.push('no NVIDIA GPU was found on this machine: the local runtime uses its processor');
  else if (graphics && !isAmong(graphics.accelerator, wish.accelerators)) {
    missing.push(
      `the GPU of this machine is ${graphics.accelerator ?? 'of unknown make'}, not ${wish.accelerators.join(' or ')}`,
    );
  }
  if (wish.highMemory) missing.push('the local runtime has the memory this machine has: `--high-mem` changes nothing');
  if (wish.fresh) {
    missing.push(
      'this machine has one local runtime, which is used as it is: `lecoder-cgpu disconnect` stops it first',
    );
  }
  return missing;
}

/** `NVIDIA A100-SXM4-40GB` is an `A100`. */
function isAmong(accelerator: string | null, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const words = (accelerator ?? '').toUpperCase().split(/[\s-]+/);
  return wanted.some(name => words.includes(name.toUpperCase()));
}
