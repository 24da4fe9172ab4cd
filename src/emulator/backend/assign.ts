import type { Variant } from '../accelerators.ts';
import type { Account } from '../accounts.ts';
import { type Answer, type Call, header, xssi } from '../answer.ts';
import type { MachineWish, Refusal } from '../machine/fleet.ts';
import type { World } from '../world.ts';
import { addressOf } from '../xsrf.ts';
import { plainError } from './session.ts';
import { assigned } from './words.ts';

export const LABELS = ['2026.04', '2026.01', '2025.10'];

/** `GET /tun/m/assign`: the machine of that `nbh`, or the XSRF token with which to ask for one. */
export function assignCheck(world: World, account: Account, call: Call): Answer {
  const wish = readWish(account, call);
  if ('status' in wish) return wish;
  const present = world.fleet.byKey(account, wish.key);
  if (present !== null) return xssi(200, assigned(world, present, 'word'));
  return xssi(200, {
    acc: wish.accelerator ?? 'NONE',
    nbh: wish.key,
    p: false,
    token: world.xsrf.issue(account, addressOf(call.url)),
    variant: call.url.searchParams.get('variant') ?? 'DEFAULT',
  });
}

/** `POST /tun/m/assign`. A refusal by quota is a 200 without an endpoint. */
export async function assign(world: World, account: Account, call: Call): Promise<Answer> {
  const wish = readWish(account, call);
  if ('status' in wish) return wish;
  if (!world.xsrf.check(header(call, 'x-goog-colab-token'), account, addressOf(call.url)))
    return plainError(403, 'The XSRF token is missing, too old, or was given for another address.');
  const machine = await world.fleet.assign(wish);
  return typeof machine === 'string' ? refusal(machine) : xssi(200, assigned(world, machine, 'number'));
}

function refusal(reason: Refusal): Answer {
  switch (reason) {
    case 'usage':
      return xssi(200, { outcome: 2 });
    case 'denylisted':
      return xssi(200, { outcome: 5 });
    case 'badRequest':
    case 'notPermitted':
      return plainError(400, 'Bad Request');
    case 'tooMany':
      return plainError(412, 'Precondition Failed');
    case 'noCapacity':
      return plainError(503, 'Service Unavailable');
  }
}

function readWish(account: Account, { url }: Call): MachineWish | Answer {
  const query = url.searchParams;
  const key = query.get('nbh') ?? '';
  if (!/^[A-Za-z0-9_.-]{44}$/.test(key)) return plainError(400, 'nbh is not 44 characters of its alphabet.');
  const variant = VARIANTS[query.get('variant') ?? 'DEFAULT'];
  if (variant === undefined) return plainError(400, 'There is no such variant.');
  const shape = query.get('shape');
  if (shape !== null && shape !== 'hm') return plainError(400, 'There is no such shape.');
  const label = query.get('runtime_version_label') ?? LABELS[0] ?? '';
  if (!LABELS.includes(label)) return plainError(400, 'There is no such runtime version.');
  const accelerator = query.get('accelerator');
  return {
    account,
    variant,
    accelerator: accelerator === null || accelerator === '' ? null : accelerator,
    highMemory: shape === 'hm',
    key,
    label,
    runtimeId: null,
  };
}

const VARIANTS: Readonly<Record<string, Variant>> = { DEFAULT: 'CPU', GPU: 'GPU', TPU: 'TPU' };
