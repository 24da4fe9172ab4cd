import { type Call, header } from './answer.ts';
import type { AccessToken } from './oauth/grants.ts';
import type { World } from './world.ts';

/** The access token of a request when it is good now; null otherwise. */
export function bearerOf(world: World, call: Pick<Call, 'headers'>): AccessToken | null {
  const text = /^Bearer (.+)$/i.exec(header(call, 'authorization') ?? '')?.[1];
  return text === undefined ? null : world.grants.check(text);
}
