import type { Account } from '../accounts.ts';
import { type Answer, type Call, html } from '../answer.ts';
import type { Route } from '../routes.ts';
import type { World } from '../world.ts';
import { assign, assignCheck } from './assign.ts';
import {
  assignments,
  computeUnits,
  experiments,
  keepAlive,
  proxyToken,
  tunnel,
  unassign,
  unassignCheck,
} from './machines.ts';
import { consentPage, propagation, propagationCheck } from './propagation.ts';
import { signed } from './session.ts';

type Service = (world: World, account: Account, call: Call) => Answer | Promise<Answer>;

/** The session backend. The order matters: a machine could not be called `assign`. */
export function backendRoutes(world: World): readonly Route[] {
  const on = (service: Service) => signed(world, (account, call) => service(world, account, call));
  const get = (operation: Route['operation'], path: RegExp, service: Service): Route => ({
    operation,
    method: 'GET',
    path,
    work: on(service),
  });
  const post = (operation: Route['operation'], path: RegExp, service: Service): Route => ({
    operation,
    method: 'POST',
    path,
    work: on(service),
  });
  const unassigned = /^\/tun\/m\/unassign\/(?<endpoint>[^/]+)$/;
  const propagated = /^\/tun\/m\/credentials-propagation\/(?<endpoint>[^/]+)$/;
  return [
    get('assign-check', /^\/tun\/m\/assign$/, assignCheck),
    post('assign', /^\/tun\/m\/assign$/, assign),
    get('assignments', /^\/tun\/m\/assignments$/, assignments),
    get('unassign-check', unassigned, unassignCheck),
    post('unassign', unassigned, unassign),
    get('runtime-proxy-token', /^\/tun\/m\/runtime-proxy-token$/, proxyToken),
    get('ccu-info', /^\/tun\/m\/ccu-info$/, computeUnits),
    get('propagation-check', propagated, propagationCheck),
    post('propagation', propagated, propagation),
    {
      operation: 'consent',
      method: '*',
      path: /^\/tun\/m\/authorize-for-drive-credentials-ephem$/,
      work: call => consentPage(world, call),
    },
    get('keep-alive', /^\/tun\/m\/(?<endpoint>[^/]+)\/keep-alive\/$/, keepAlive),
    {
      operation: 'tunnel',
      method: '*',
      path: /^\/tun\/m\/(?<endpoint>[^/]+)\/(?!keep-alive$)(?<path>.+)$/,
      work: on(tunnel),
    },
    { operation: 'experiments', method: 'GET', path: /^\/vscode\/experiment-state$/, work: () => experiments(world) },
    { operation: 'page', method: 'GET', path: /^\/(notebooks\/.*|signup|vscode\/auth-success)$/, work: page },
  ];
}

function page(): Answer {
  return html(200, 'Colab (emulator)', '<p>Here would be a page of Colab for your browser.</p>');
}
