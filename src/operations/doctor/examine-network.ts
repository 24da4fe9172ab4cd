import type { Check, Probes } from '../../core/doctor.ts';
import { askGoogleHosts, clockFinding, type GoogleAnswers } from './check-google.ts';
import { askJupyter, type JupyterAnswer } from './check-jupyter.ts';
import { checkLogin, type LoginAnswer, scopesFinding } from './check-login.ts';
import { dnsFinding, proxyFinding, resultOf, tlsFinding, travel, type Way } from './check-network.ts';
import { findRuntime, type RuntimeAnswer } from './check-runtime.ts';
import { checkWebSocket } from './check-websocket.ts';
import type { Patient } from './examine.ts';
import { asFailure, type Finding, failed, skipped } from './finding.ts';
import { googleTargets, serverTargets, whyNoGoogle } from './targets.ts';

interface Trip {
  readonly patient: Patient;
  readonly probes: Probes;
  /** Why Google is not looked at. */
  readonly noGoogle: string | null;
  readonly ways: readonly Way[];
}

/** From names to a WebSocket. What rests on a hop that failed is skipped, and says so. */
export async function examineNetwork(patient: Patient): Promise<Check[]> {
  const { context, runtime, session, look } = patient;
  const { services, signal } = context;
  const { host, settings } = services;
  const probes = await services.probes();
  const unusable = Boolean(host.env.LECODER_EMULATOR) && settings.emulator === null;
  const noGoogle = unusable ? '`LECODER_EMULATOR` cannot be used' : await whyNoGoogle(services, runtime);
  const targets = [
    ...(noGoogle === null ? googleTargets(settings.emulator) : []),
    ...serverTargets(services, runtime, session),
  ];
  const began = host.monotonic();
  const travels = await Promise.allSettled(
    targets.map(target => travel(target, { probes, signal, monotonic: () => host.monotonic() })),
  );
  signal.throwIfAborted();
  const took = Math.round(host.monotonic() - began);
  const [broken] = travels.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : []));
  const ways = travels.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
  const none = targets.length === 0 ? skipped(noGoogle ?? 'nothing to reach') : null;
  const hops: readonly (readonly ['dns' | 'proxy' | 'tls', Finding])[] = [
    ['dns', none ?? (ways.length === 0 ? skipped('the proxy cannot be used') : dnsFinding(ways))],
    ['proxy', none ?? (broken === undefined ? proxyFinding(ways) : failed(asFailure(broken)))],
    ['tls', none ?? (ways.length === 0 ? skipped('the proxy cannot be used') : tlsFinding(ways))],
  ];
  const checks = await Promise.all(hops.map(([id, finding]) => look(id, () => finding)));
  const above = await examineServices({ patient, probes, noGoogle, ways });
  return [...checks.map(each => ({ ...each, duration: took })), ...above];
}

async function examineServices(trip: Trip): Promise<Check[]> {
  const { patient, noGoogle } = trip;
  const { look } = patient;
  const google: { answers: GoogleAnswers | null } = { answers: null };
  const login: { answer: LoginAnswer | null } = { answer: null };
  const jupyter: { answer: JupyterAnswer | null } = { answer: null };

  const answering = await look('google', async limit => {
    if (noGoogle !== null) return skipped(noGoogle);
    const { probes } = trip;
    const { host } = patient.context.services;
    const ways = trip.ways.filter(({ target }) => target.kind !== 'server');
    google.answers = await askGoogleHosts(ways, { probes, host, signal: limit });
    return google.answers.finding;
  });
  const signedIn = await look('login', async limit => {
    if (noGoogle !== null) return skipped(noGoogle);
    login.answer = await checkLogin(
      patient.context.services,
      answering.status !== 'skipped' && givesTokens(trip),
      limit,
    );
    return login.answer.finding;
  });
  const scopes = await look('scopes', () => {
    if (noGoogle !== null) return skipped(noGoogle);
    return scopesFinding(login.answer?.login ?? null);
  });
  const rest = await examineRuntime(trip, signedIn, jupyter);
  const clock = await look('clock', () => {
    const { platform } = patient.context.services.host;
    return clockFinding(google.answers?.clock ?? jupyter.answer?.clock ?? null, platform);
  });
  return [answering, clock, signedIn, scopes, ...rest];
}

async function examineRuntime(
  { patient, probes, ways }: Trip,
  signedIn: Check,
  jupyter: { answer: JupyterAnswer | null },
): Promise<Check[]> {
  const { look, session } = patient;
  const { services } = patient.context;
  const name = session?.provider ?? patient.runtime;
  const found: { answer: RuntimeAnswer | null } = { answer: null };
  const runtime = await look('runtime', async limit => {
    if (patient.sessionFault !== null) return failed(patient.sessionFault);
    if (name === 'colab' && signedIn.status !== 'ok') return skipped('without a login that works Colab shows nothing');
    const server = ways.find(({ target }) => target.kind === 'server');
    if (name === 'jupyter' && server !== undefined && resultOf(server.reached) === null)
      return skipped(`${server.target.url.host} cannot be reached`);
    found.answer = await findRuntime(patient, services, limit);
    return found.answer.finding;
  });
  const doorway = found.answer?.doorway ?? null;
  const why = runtime.status === 'failed' ? 'there is no way in to the machine' : 'there is no machine to ask';
  const both = await Promise.all([
    look('jupyter', async limit => {
      if (doorway === null) return skipped(why);
      jupyter.answer = await askJupyter(doorway, { probes, host: services.host, signal: limit });
      return jupyter.answer.finding;
    }),
    look('websocket', limit =>
      doorway === null ? skipped(why) : checkWebSocket(doorway, { probes, session, signal: limit }),
    ),
  ]);
  return [runtime, ...both];
}

/** Whether the host that gives access tokens can be reached. */
function givesTokens({ ways }: Trip): boolean {
  const tokens = ways.find(({ target }) => target.tokens);
  return tokens !== undefined && resultOf(tokens.reached) !== null;
}
