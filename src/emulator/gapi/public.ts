import { randomUUID } from 'node:crypto';
import { ACCELERATORS, type Accelerator, NO_ACCELERATOR, type Variant } from '../accelerators.ts';
import type { Account } from '../accounts.ts';
import { type Answer, type Call, googleError, json, objectOf } from '../answer.ts';
import { errorInfo } from '../google-session.ts';
import type { MachineWish, Refusal } from '../machine/fleet.ts';
import type { Machine } from '../machine/machine.ts';
import type { World } from '../world.ts';

const VARIANT = { CPU: 'VARIANT_CPU', GPU: 'VARIANT_GPU', TPU: 'VARIANT_TPU' } as const;
const TIER = {
  free: 'SUBSCRIPTION_TIER_FREE',
  pro: 'SUBSCRIPTION_TIER_PRO',
  'pro+': 'SUBSCRIPTION_TIER_PRO_PLUS',
} as const;
const WAIT = 200;

interface Making {
  readonly account: Account;
  readonly name: string;
  readonly runtime: string;
  done: boolean;
  result: object;
  readonly finished: Promise<void>;
}

/** The public API: runtimes as resources, made by operations that take a moment. */
export class PublicApi {
  readonly #world: World;
  readonly #operations = new Map<string, Making>();
  readonly #requests = new Map<string, Making>();

  constructor(world: World) {
    this.#world = world;
  }

  list(account: Account): Answer {
    const runtimes = this.#of(account).map(machine => this.#runtime(machine));
    return json(200, runtimes.length === 0 ? {} : { runtimes });
  }

  get(account: Account, call: Call): Answer {
    const machine = this.#find(account, call);
    return machine === null ? absent() : json(200, this.#runtime(machine));
  }

  remove(account: Account, call: Call): Answer {
    const machine = this.#find(account, call);
    if (machine === null) return absent();
    void this.#world.fleet.release(machine);
    return json(200, {});
  }

  create(account: Account, call: Call): Answer {
    const requestId = call.url.searchParams.get('requestId') ?? '';
    const again = this.#requests.get(`${account.id} ${requestId}`);
    if (requestId !== '' && again !== undefined) return json(200, operation(again));
    const runtimeId = call.url.searchParams.get('runtimeId') ?? `r${randomUUID().replaceAll('-', '')}`;
    if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(runtimeId)) return invalid('runtimeId is not a label');
    const wish = readKey(account, call, runtimeId);
    if ('status' in wish) return wish;
    const making = this.#begin(wish);
    if (requestId !== '') this.#requests.set(`${account.id} ${requestId}`, making);
    return json(200, operation(making));
  }

  specs(account: Account): Answer {
    const keys = [NO_ACCELERATOR, ...ACCELERATORS].flatMap(each => shapes(each).map(shape => ({ each, shape })));
    const runtimeSpecs = keys.map(({ each, shape }) => {
      const may =
        each.tiers.includes(account.tier) &&
        (shape === 'SHAPE_STANDARD' || each.highMemoryOnly || account.tier !== 'free');
      return {
        key: { variant: VARIANT[each.variant], accelerator: each.name, shape },
        ...(may ? { eligible: true } : {}),
      };
    });
    return json(200, { runtimeSpecs });
  }

  subscription(account: Account): Answer {
    return json(200, { name: 'subscription', tier: TIER[account.tier] });
  }

  operations(account: Account): Answer {
    const operations = [...this.#operations.values()].filter(each => each.account === account).map(operation);
    return json(200, { operations });
  }

  async operation(account: Account, call: Call): Promise<Answer> {
    const making = this.#operations.get(`operations/${call.parts.id}`);
    if (making?.account !== account) return absent();
    if (call.parts.verb === ':wait') {
      const seconds = Number.parseFloat(call.url.searchParams.get('timeout') ?? String(WAIT));
      await Promise.race([making.finished, new Promise(resolve => setTimeout(resolve, seconds * 1000).unref())]);
    }
    return json(200, operation(making));
  }

  #begin(wish: MachineWish): Making {
    const finishing = this.#make(wish);
    const making: Making = {
      account: wish.account,
      name: `operations/${randomUUID()}`,
      runtime: `runtimes/${wish.runtimeId}`,
      done: false,
      result: {},
      finished: finishing.then(result => {
        making.result = result;
        making.done = true;
      }),
    };
    this.#operations.set(making.name, making);
    return making;
  }

  async #make(wish: MachineWish): Promise<object> {
    const taken = this.#of(wish.account).some(machine => machine.runtimeId === wish.runtimeId);
    if (taken) return { error: { code: 6, message: 'The runtime exists already.' } };
    const made = await this.#world.fleet.assign(wish);
    return typeof made === 'string' ? { error: refusal(made) } : { response: this.#runtime(made) };
  }

  #of(account: Account): readonly Machine[] {
    return this.#world.fleet.of(account).filter(machine => machine.runtimeId !== null);
  }

  #find(account: Account, call: Call): Machine | null {
    return this.#of(account).find(machine => machine.runtimeId === call.parts.id) ?? null;
  }

  #runtime(machine: Machine): object {
    const { settings, clock } = this.#world;
    const { token, expires } = machine.open(settings.proxyTtl, clock.now());
    const { variant, name } = machine.accelerator;
    return {
      name: `runtimes/${machine.runtimeId}`,
      runtimeSpec: {
        variant: VARIANT[variant],
        accelerator: name,
        shape: machine.highMemory ? 'SHAPE_HIGHMEM' : 'SHAPE_STANDARD',
      },
      version: machine.label,
      connectionInfo: {
        token,
        expireTime: new Date(expires).toISOString(),
        url: machine.url,
        endpoint: machine.endpoint,
      },
    };
  }
}

function operation({ name, runtime, done, result }: Making): object {
  return { name, metadata: { runtime }, ...(done ? { done, ...result } : {}) };
}

function shapes({ highMemoryOnly }: Accelerator): readonly string[] {
  return highMemoryOnly ? ['SHAPE_HIGHMEM'] : ['SHAPE_STANDARD', 'SHAPE_HIGHMEM'];
}

function refusal(reason: Refusal): object {
  const failed = (word: string) => ({
    code: 9,
    message: 'Failed precondition.',
    details: [errorInfo(word, 'colaboratory.googleapis.com')],
  });
  switch (reason) {
    case 'tooMany':
      return failed('TOO_MANY_ACTIVE_RUNTIMES');
    case 'denylisted':
      return failed('DENYLISTED');
    case 'usage':
      return failed('QUOTA_EXCEEDED_USAGE_TIME');
    case 'noCapacity':
      return failed('RESOURCE_UNAVAILABLE');
    case 'notPermitted':
      return failed('ACCELERATOR_NOT_PERMITTED');
    case 'badRequest':
      return { code: 3, message: 'Request contains an invalid argument.' };
  }
}

function readKey(account: Account, call: Call, runtimeId: string): MachineWish | Answer {
  const body = objectOf(call);
  const key = (body.runtimeSpec ?? {}) as Record<string, unknown>;
  const variant = (Object.keys(VARIANT) as Variant[]).find(each => VARIANT[each] === key.variant);
  const { accelerator, shape } = key;
  if (variant === undefined || typeof accelerator !== 'string')
    return invalid('runtimeSpec needs variant and accelerator');
  if (shape !== 'SHAPE_STANDARD' && shape !== 'SHAPE_HIGHMEM') return invalid('runtimeSpec needs a shape');
  const label = typeof body.version === 'string' && body.version !== '' ? body.version : '2026.04';
  const highMemory = shape === 'SHAPE_HIGHMEM';
  return { account, variant, accelerator, highMemory, key: `public ${runtimeId}`, label, runtimeId };
}

function invalid(text: string): Answer {
  return googleError(400, 'INVALID_ARGUMENT', text);
}

function absent(): Answer {
  return googleError(404, 'NOT_FOUND', 'Requested entity was not found.');
}
