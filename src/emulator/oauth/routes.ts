import type { Route } from '../routes.ts';
import type { World } from '../world.ts';
import { revoke, tokenInfo, userInfo } from './account-info.ts';
import { Authorization } from './authorize.ts';
import { token } from './token.ts';

export function oauthRoutes(world: World): readonly Route[] {
  const pages = new Authorization(world);
  const at = /^\/o\/oauth2\/(v2\/)?auth$/;
  return [
    { operation: 'authorize', method: 'GET', path: at, work: call => pages.show(call) },
    { operation: 'authorize', method: 'POST', path: at, work: call => pages.submit(call) },
    { operation: 'authorize', method: 'GET', path: /^\/emulator\/authcode$/, work: call => pages.shown(call) },
    { operation: 'token', method: 'POST', path: /^\/token$/, work: call => token(world, call) },
    { operation: 'revoke', method: '*', path: /^\/revoke$/, work: call => revoke(world, call) },
    { operation: 'userinfo', method: 'GET', path: /^\/oauth2\/v[23]\/userinfo$/, work: call => userInfo(world, call) },
    {
      operation: 'tokeninfo',
      method: '*',
      path: /^\/(oauth2\/v\d\/)?tokeninfo$/,
      work: call => tokenInfo(world, call),
    },
  ];
}
