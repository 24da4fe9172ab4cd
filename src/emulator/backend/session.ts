import type { Account } from '../accounts.ts';
import { type Answer, type Call, header, html, xssi } from '../answer.ts';
import { bearerOf } from '../bearer.ts';
import { SCOPE } from '../oauth/scopes.ts';
import type { World } from '../world.ts';

type Signed = (account: Account, call: Call) => Answer | Promise<Answer>;

/** Who calls the session backend: 401 without a good token or without the e-mail scope, 403 without Colab's. */
export function signed(world: World, work: Signed): (call: Call) => Answer | Promise<Answer> {
  return call => {
    const token = bearerOf(world, call);
    if (token === null || !token.scopes.includes(SCOPE.email))
      return html(401, 'Error 401 (Unauthorized)', '<p>Your client does not have permission to the requested URL.</p>');
    if (!token.scopes.includes(SCOPE.colaboratory))
      return xssi(403, { code: 7, message: 'SCOPE_NOT_PERMITTED: Request had insufficient authentication scopes.' });
    world.fleet.settle();
    return work(token.grant.account, call);
  };
}

/** Requests that the tunnel has to resolve say so. */
export function tunnelled(call: Call): boolean {
  return header(call, 'x-colab-tunnel') === 'Google';
}

export function plainError(status: number, text: string): Answer {
  return html(status, `Error ${status}`, `<p>${text}</p>`);
}
