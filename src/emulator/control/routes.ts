import { type Answer, type Call, json, objectOf } from '../answer.ts';
import { OPERATIONS } from '../operations.ts';
import type { World } from '../world.ts';
import { BadOrder } from './order.ts';
import { ORDERS } from './orders.ts';
import { state } from './state.ts';

/** Paths below `/emulator/` that are for tests and scripts; no service of Google's. Not counted, never faulty. Null for others. */
export async function control(world: World, call: Call): Promise<Answer | null> {
  const { pathname } = call.url;
  if (pathname === '/emulator/state' && call.method === 'GET') return state(world);
  if (pathname === '/emulator/health' && call.method === 'GET') return json(200, { id: world.options.id ?? null });
  if (pathname === '/emulator/operations' && call.method === 'GET') return json(200, OPERATIONS);
  if (pathname === '/emulator/control/stop' && call.method === 'POST') {
    setImmediate(() => world.options.onStop?.());
    return json(200, { stopping: world.options.onStop !== undefined });
  }
  const name = /^\/emulator\/control\/([\w-]+)$/.exec(pathname)?.[1] ?? '';
  if (name === '') return null;
  const obey = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
  if (obey === undefined || call.method !== 'POST')
    return json(404, { error: `there is no order ${name}`, orders: Object.keys(ORDERS) });
  try {
    return json(200, await obey(world, objectOf(call)));
  } catch (error) {
    if (error instanceof BadOrder) return json(400, { error: error.message });
    throw error;
  }
}
