import { findAccelerator } from '../accelerators.ts';
import { EVERYTHING } from '../oauth/scopes.ts';
import type { World } from '../world.ts';
import { changeAccount, endGrants, expire } from './account-orders.ts';
import { killKernel } from './kill-kernel.ts';
import { accountOf, BadOrder, machinesOf, type Order, textOf } from './order.ts';
import { changedSettings } from './settings.ts';
import { advance, fail } from './time-orders.ts';

type Obey = (world: World, order: Order) => object | Promise<object>;

/** What `POST /emulator/control/<name>` can do. Each takes an object and gives one back. */
export const ORDERS: Readonly<Record<string, Obey>> = {
  clock: advance,
  fail,
  settings: (world, order) => {
    world.settings = changedSettings(world.settings, order);
    return { settings: world.settings };
  },
  capacity: (world, order) => {
    const capacity = Object.fromEntries(
      Object.entries(order).map(([name, value]) => {
        if (name !== 'CPU' && findAccelerator(name) === null) throw new BadOrder(`there is no accelerator ${name}`);
        if (!Number.isInteger(value)) throw new BadOrder(`${name} takes a whole number`);
        return [name.toUpperCase(), value as number];
      }),
    );
    world.settings = { ...world.settings, capacity: { ...world.settings.capacity, ...capacity } };
    return { capacity: world.settings.capacity };
  },
  account: changeAccount,
  grant: (world, order) => {
    const account = accountOf(world, order);
    const scopes = Array.isArray(order.scopes) ? order.scopes.map(String) : EVERYTHING;
    return { refreshToken: world.grants.grant(account, textOf(order, 'clientId'), scopes).refreshToken };
  },
  revoke: (world, order) => ({ revoked: endGrants(world, order, 'revoke') }),
  expire,
  approve: (world, order) => {
    const account = accountOf(world, order);
    const kinds = order.authtype === undefined ? ['dfs_ephemeral', 'auth_user_ephemeral'] : [String(order.authtype)];
    for (const kind of kinds) account.consents.add(kind);
    return { consents: [...account.consents] };
  },
  'kill-kernel': killKernel,
  'delete-runtime': async (world, order) => {
    const machines = machinesOf(world, order);
    await Promise.all(machines.map(machine => world.fleet.release(machine)));
    return { deleted: machines.map(machine => machine.endpoint) };
  },
  'cut-sockets': (world, order) => ({
    cut: machinesOf(world, order).reduce((sum, machine) => sum + machine.cutSockets(), 0),
  }),
  'drive-file': (world, order) => {
    const { name, mimeType, content } = order;
    const file = world.drive.create(accountOf(world, order), {
      name: String(name ?? 'Untitled.ipynb'),
      mimeType: String(mimeType ?? 'application/vnd.google.colaboratory'),
      content: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content ?? {})),
      ours: order.ours === true,
    });
    return { id: file.id };
  },
  'forget-requests': world => {
    world.traffic.forget();
    return {};
  },
};
