import { parseAge } from '../../util/time.ts';
import { BadFault } from '../faults.ts';
import { isOperation } from '../operations.ts';
import type { World } from '../world.ts';
import { BadOrder, type Order } from './order.ts';

/** Puts the clock forward. */
export function advance(world: World, order: Order): object {
  const by = typeof order.advance === 'number' ? order.advance * 1000 : parseAge(String(order.advance ?? ''));
  if (by === null || !(by >= 0)) throw new BadOrder('`advance` takes seconds, or a text like "90m"');
  // As if somebody had pinged all the while.
  if (order.keepAlive === true) for (const machine of world.fleet.all()) machine.lastPing = world.clock.now() + by;
  world.clock.advance(by);
  return { now: new Date(world.clock.now()).toISOString() };
}

/** Plans faults, or forgets them. */
export function fail(world: World, order: Order): object {
  const clear = order.clear;
  if (clear === true) world.faults.clear();
  else if (typeof clear === 'string') {
    if (!isOperation(clear)) throw new BadOrder(`\`${clear}\` is not an operation of the emulator`);
    world.faults.clear(clear);
  }
  try {
    for (const fault of [order.fault ?? []].flat()) world.faults.add(String(fault));
  } catch (error) {
    throw error instanceof BadFault ? new BadOrder(error.message) : error;
  }
  return { faults: world.faults.list() };
}
