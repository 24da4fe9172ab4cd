import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Accelerator, defaultOf, findAccelerator, type Variant } from '../accelerators.ts';
import { type Account, hasUnits, PLANS } from '../accounts.ts';
import { startProxy } from '../runtime/proxy.ts';
import type { World } from '../world.ts';
import { Machine } from './machine.ts';
import { startVm } from './vm.ts';

/** What an assignment asks for, whichever API it came by. */
export interface MachineWish {
  readonly account: Account;
  readonly variant: Variant;
  /** Null for the variant's usual one. */
  readonly accelerator: string | null;
  readonly highMemory: boolean;
  /** The same key finds the same machine while it lives. */
  readonly key: string;
  /** Name of the image. */
  readonly label: string;
  /** Set by the public API; its machines are told apart from v1's. */
  readonly runtimeId: string | null;
}

export type Refusal = 'badRequest' | 'notPermitted' | 'tooMany' | 'denylisted' | 'usage' | 'noCapacity';

/** All machines of all accounts. */
export class Fleet {
  readonly #world: World;
  readonly #machines = new Map<string, Machine>();
  /** Ends of machines that are under way, and addresses of those that are gone. */
  readonly #ending = new Set<Promise<void>>();
  readonly #proxies = new Set<{ close(): Promise<void> }>();
  readonly #making = new Map<string, Promise<Machine | Refusal>>();

  constructor(world: World) {
    this.#world = world;
    world.clock.onAdvance(() => this.settle());
  }

  all(): readonly Machine[] {
    return [...this.#machines.values()];
  }

  of(account: Account): readonly Machine[] {
    return this.all().filter(machine => machine.account === account);
  }

  find(account: Account, endpoint: string): Machine | null {
    const machine = this.#machines.get(endpoint);
    return machine?.account === account ? machine : null;
  }

  named(endpoint: string): Machine | null {
    return this.#machines.get(endpoint) ?? null;
  }

  byKey(account: Account, key: string): Machine | null {
    return this.of(account).find(machine => machine.key === key) ?? null;
  }

  /** The machine of that key, or a new one. Two at the same time with one key get one machine. */
  assign(wish: MachineWish): Promise<Machine | Refusal> {
    const id = `${wish.account.id} ${wish.key}`;
    const under = this.#making.get(id);
    if (under !== undefined) return under;
    const making = this.#assign(wish).finally(() => this.#making.delete(id));
    this.#making.set(id, making);
    return making;
  }

  async #assign(wish: MachineWish): Promise<Machine | Refusal> {
    const present = this.byKey(wish.account, wish.key);
    if (present !== null) return present;
    const wanted = wish.accelerator === null ? defaultOf(wish.variant) : findAccelerator(wish.accelerator);
    const refusal = this.#objection(wish, wanted);
    if (refusal !== null || wanted === null) return refusal ?? 'notPermitted';
    const { settings } = this.#world;
    const given =
      findAccelerator(settings.give[wanted.variant === 'CPU' ? 'CPU' : wanted.name] ?? wanted.name) ?? wanted;
    const machine = await this.#make(wish, given);
    this.#machines.set(machine.endpoint, machine);
    return machine;
  }

  #objection({ account, variant, highMemory }: MachineWish, wanted: Accelerator | null): Refusal | null {
    const { settings } = this.#world;
    if (account.denylisted) return 'denylisted';
    if (wanted === null) return 'notPermitted';
    if (wanted.variant !== variant) return 'badRequest';
    if (!wanted.tiers.includes(account.tier)) return 'notPermitted';
    if (highMemory && account.tier === 'free') return 'notPermitted';
    if (this.of(account).length >= (settings.maxMachines ?? PLANS[account.tier].machines)) return 'tooMany';
    if (wanted.variant !== 'CPU' && !hasUnits(account)) return 'usage';
    const name = wanted.variant === 'CPU' ? 'CPU' : wanted.name;
    const used = this.all().filter(machine => machine.asked === wanted).length;
    const room = settings.capacity[name];
    return room !== undefined && used >= room ? 'noCapacity' : null;
  }

  async #make(wish: MachineWish, accelerator: Accelerator): Promise<Machine> {
    const { options, clock, settings } = this.#world;
    const endpoint = endpointFor(accelerator);
    const vm = startVm({
      python: options.python,
      folder: join(options.folder, endpoint),
      accelerator,
      env: options.env,
    });
    const asked =
      (wish.accelerator === null ? defaultOf(wish.variant) : findAccelerator(wish.accelerator)) ?? accelerator;
    const machine = new Machine({ ...wish, asked, endpoint, accelerator, vm, createdAt: clock.now() });
    if (settings.prestart) void machine.vm.ready();
    machine.bootsUntil = Date.now() + settings.boot;
    const proxy = await startProxy(this.#world, machine);
    this.#proxies.add(proxy);
    machine.url = proxy.url;
    return machine;
  }

  /** Gives a machine back. Its address goes on answering 404. */
  release(machine: Machine): Promise<void> {
    if (!this.#machines.delete(machine.endpoint)) return Promise.resolve();
    machine.end();
    const all = [machine.vm.stop(), ...machine.endings.map(each => each())];
    const ending = Promise.all(all)
      .then(() => {})
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    return ending;
  }

  /** Takes the units used since the last time, and the machines that were left alone too long. */
  settle(): void {
    const { clock, settings, accounts } = this.#world;
    const now = clock.now();
    for (const machine of this.all()) {
      const until = Math.min(now, machine.livesUntil(settings));
      const hours = Math.max(0, until - machine.billedUntil) / 3_600_000;
      accounts.spend(machine.account, hours * machine.accelerator.rate);
      machine.billedUntil = Math.max(machine.billedUntil, until);
      if (until < now) void this.release(machine);
      else machine.dropExpired(now, settings.cutAtExpiry);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#making.values()].map(making => making.catch(() => null)));
    await Promise.all(this.all().map(machine => this.release(machine)));
    await Promise.all([...this.#ending, ...[...this.#proxies].map(proxy => proxy.close())]);
  }
}

function endpointFor({ variant, name }: Accelerator): string {
  const id = randomBytes(6).toString('hex');
  return variant === 'CPU' ? `m-s-${id}` : `${variant.toLowerCase()}-${name.toLowerCase()}-s-${id}`;
}
