import { eligible, ineligible } from '../accelerators.ts';
import type { Account } from '../accounts.ts';
import { type Answer, type Call, header, json, xssi } from '../answer.ts';
import { forwardChanged } from '../runtime/forward.ts';
import type { World } from '../world.ts';
import { addressOf } from '../xsrf.ts';
import { LABELS } from './assign.ts';
import { plainError, tunnelled } from './session.ts';
import { assignment, proxyInfo } from './words.ts';

/** `GET /tun/m/assignments`: each item with a fresh proxy token, so that this is a refresh too. */
export function assignments(world: World, account: Account): Answer {
  return xssi(200, { assignments: world.fleet.of(account).map(machine => assignment(world, machine)) });
}

export function unassignCheck(world: World, account: Account, call: Call): Answer {
  if (world.fleet.find(account, call.parts.endpoint ?? '') === null) return plainError(404, 'Not Found');
  return xssi(200, { token: world.xsrf.issue(account, addressOf(call.url)) });
}

export function unassign(world: World, account: Account, call: Call): Answer {
  const machine = world.fleet.find(account, call.parts.endpoint ?? '');
  if (machine === null) return plainError(404, 'Not Found');
  if (!world.xsrf.check(header(call, 'x-goog-colab-token'), account, addressOf(call.url)))
    return plainError(403, 'The XSRF token is missing, too old, or was given for another address.');
  void world.fleet.release(machine);
  return { status: 204 };
}

/** Stamps the time of the ping on arrival; whether the machine then answers is another matter. */
export function keepAlive(world: World, account: Account, call: Call): Answer | Promise<Answer> {
  if (!tunnelled(call)) return plainError(400, 'Bad Request');
  const machine = world.fleet.find(account, call.parts.endpoint ?? '');
  if (machine === null) return plainError(404, 'Not Found');
  machine.lastPing = world.clock.now();
  return world.settings.keepAliveAnswers ? json(200, {}) : new Promise<Answer>(() => {});
}

export function proxyToken(world: World, account: Account, call: Call): Answer {
  if (!tunnelled(call)) return plainError(400, 'Bad Request');
  const query = call.url.searchParams;
  const machine = world.fleet.find(account, query.get('endpoint') ?? '');
  if (machine === null) return plainError(404, 'Not Found');
  return query.get('port') === '8080' ? xssi(200, proxyInfo(world, machine)) : plainError(400, 'Bad Request');
}

/** Anything else of a machine, through the session backend. */
export function tunnel(world: World, account: Account, call: Call): Answer | Promise<Answer> {
  const machine = world.fleet.find(account, call.parts.endpoint ?? '');
  if (machine === null) return plainError(404, 'Not Found');
  if (!tunnelled(call)) return plainError(400, 'Bad Request');
  const query = new URLSearchParams(call.url.searchParams);
  query.delete('authuser');
  const url = `/${call.parts.path ?? ''}${query.size > 0 ? `?${query}` : ''}`;
  return forwardChanged(machine, { method: call.method, url, headers: call.headers }, call.body);
}

export function computeUnits(world: World, account: Account): Answer {
  const machines = world.fleet.of(account);
  const { tier } = account;
  return xssi(200, {
    currentBalance: account.balance,
    consumptionRateHourly: machines.reduce((sum, machine) => sum + machine.accelerator.rate, 0),
    assignmentsCount: machines.length,
    eligibleGpus: eligible(tier, 'GPU'),
    ineligibleGpus: ineligible(tier, 'GPU'),
    eligibleTpus: eligible(tier, 'TPU'),
    ineligibleTpus: ineligible(tier, 'TPU'),
    ...(account.balance > 0
      ? {}
      : {
          freeCcuQuotaInfo: {
            remainingTokens: String(account.freeTokens),
            nextRefillTimestampSec: Math.floor(account.refillAt / 1000),
          },
        }),
  });
}

/** `GET /vscode/experiment-state`: a bearer is optional. */
export function experiments(world: World): Answer {
  return xssi(200, {
    experiments: {
      enable_public_api_vscode: world.settings.publicApi,
      enable_vscode_telemetry: false,
      resource_poll_interval_ms: 10_000,
      runtime_version_names: LABELS,
    },
    selectedIds: [],
  });
}
