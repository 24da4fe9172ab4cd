import type { Account } from '../accounts.ts';
import { type Answer, type Call, googleError } from '../answer.ts';
import { withScope } from '../google-session.ts';
import { SCOPE } from '../oauth/scopes.ts';
import type { Route } from '../routes.ts';
import type { World } from '../world.ts';
import { gapiAssignments, gapiProxyToken, gapiUserInfo, notEntitled } from './private.ts';
import { PublicApi } from './public.ts';

type Work = (account: Account, call: Call) => Answer | Promise<Answer>;

/** The private and the public Google API. Each answers strangers or refuses them, as the settings say. */
export function gapiRoutes(world: World): readonly Route[] {
  const one = (operation: Route['operation'], path: RegExp, work: Work): Route => ({
    operation,
    method: 'GET',
    path,
    work: withScope(world, [SCOPE.colaboratory], (account, call) =>
      world.settings.gapi ? work(account, call) : notEntitled(),
    ),
  });
  return [
    one('gapi-assignments', /^\/v1\/assignments$/, account => gapiAssignments(world, account)),
    one('gapi-proxy-token', /^\/v1\/runtime-proxy-token$/, (account, call) => gapiProxyToken(world, account, call)),
    one('gapi-user-info', /^\/v1\/user-info$/, (account, call) => gapiUserInfo(world, account, call)),
    ...publicRoutes(world),
  ];
}

function publicRoutes(world: World): readonly Route[] {
  const api = new PublicApi(world);
  const one = (operation: Route['operation'], method: Route['method'], path: RegExp, work: Work): Route => ({
    operation,
    method,
    path,
    work: withScope(
      world,
      method === 'GET' ? [SCOPE.colaboratory, SCOPE.readonly] : [SCOPE.colaboratory],
      (account, call) => (world.settings.publicApi ? work(account, call) : notListed()),
    ),
  });
  const all = /^\/v1beta\/runtimes$/;
  const each = /^\/v1beta\/runtimes\/(?<id>[^/]+)$/;
  return [
    one('public-runtimes', 'GET', all, account => api.list(account)),
    one('public-runtimes', 'POST', all, (account, call) => api.create(account, call)),
    one('public-runtimes', 'GET', each, (account, call) => api.get(account, call)),
    one('public-runtimes', 'DELETE', each, (account, call) => api.remove(account, call)),
    one('public-specs', 'GET', /^\/v1beta\/runtimespecs$/, account => api.specs(account)),
    one('public-subscription', 'GET', /^\/v1beta\/subscription$/, account => api.subscription(account)),
    one('public-operations', 'GET', /^\/v1\/operations$/, account => api.operations(account)),
    one('public-operations', 'GET', /^\/v1\/operations\/(?<id>[^/:]+)(?<verb>:wait)?$/, (account, call) =>
      api.operation(account, call),
    ),
  ];
}

/** The public API is a beta for those on a list. */
function notListed(): Answer {
  return googleError(403, 'PERMISSION_DENIED', 'The caller does not have permission');
}
