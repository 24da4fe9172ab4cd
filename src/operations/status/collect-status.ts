import type { Plan } from '../../core/account.ts';
import type { Report } from '../../core/events.ts';
import type { GpuReading, Readings } from '../../core/execution.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { bytesText } from '../../util/bytes-text.ts';
import { sessionInUse } from '../sessions/ensure-session.ts';
import { livingKeeper } from '../sessions/keeper.ts';
import { listSessions, type SessionRow } from '../sessions/list-sessions.ts';
import { openKernel } from '../sessions/open-kernel.ts';
import { within } from '../sessions/within.ts';
import { accountPlan } from '../sign-in/account-plan.ts';
import { uptimeText } from './amounts.ts';

/** Milliseconds for the measurements of one machine; starting the hidden kernel may be part of it. */
const PATIENCE = 6000;
/** For the readings a machine takes of itself. */
const OWN_READINGS_PATIENCE = 3000;

export interface RuntimeStatus {
  readonly label: string;
  readonly endpoint: string;
  readonly provider: string;
  readonly accelerator: string | null;
  readonly connected: boolean;
  readonly gpu: GpuStatus | null;
  readonly gpus: readonly GpuStatus[] | null;
  readonly memory: Amounts | null;
  readonly disk: Amounts | null;
  readonly uptime: string | null;
  readonly kernel: { readonly id: string; readonly state: string; readonly executionCount: number | null } | null;
}

export interface Amounts {
  /** For people, as `15.0 GB`; the same in bytes beside it. */
  readonly total: string;
  readonly used: string;
  readonly free: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly freeBytes: number;
}

export interface GpuStatus {
  readonly name: string;
  readonly memory: Amounts | null;
  /** Percentages, as `45%`. */
  readonly utilization: { readonly gpu: string | null; readonly memory: string | null };
  readonly temperature: number | null;
}

export interface StatusReport {
  readonly authenticated: boolean;
  readonly account: { readonly id: string; readonly label: string } | null;
  readonly eligibleGpus: readonly string[];
  readonly connected: boolean;
  readonly runtime: {
    readonly id: string;
    readonly gpu: string | null;
    readonly uptime: string | null;
    readonly memoryUsed: string | null;
    readonly memoryTotal: string | null;
  } | null;
  readonly session: { readonly id: string; readonly name: string; readonly createdAt: string } | null;
  readonly runtimes: readonly RuntimeStatus[];
  /** The process that pings machines in the background; null when there is none. */
  readonly keepAlive: {
    readonly pid: number;
    readonly since: string;
    readonly lastRound: string;
    readonly sessions: readonly string[];
  } | null;
  readonly sessions: {
    readonly total: number;
    readonly active: number;
    readonly connected: number;
    readonly stale: number;
    readonly max: number | null;
    readonly tier: string | null;
  };
  readonly usage: {
    readonly balance: number;
    readonly ratePerHour: number;
    readonly hoursLeft: number | null;
  } | null;
}

/** Account, machines and sessions, asked for side by side. What could not be learned is null and said as a warning. */
export async function collectStatus(services: Services, report: Report, signal: AbortSignal): Promise<StatusReport> {
  const [current, rows, { authenticated, account, plan }] = await Promise.all([
    sessionInUse(services),
    listSessions(services, signal),
    accountPlan(services, report, signal),
  ]);
  const machines = new Map<string, SessionRow>();
  for (const row of [...rows].sort((a, b) => Number(b.active) - Number(a.active))) {
    if (!machines.has(row.runtime.id)) machines.set(row.runtime.id, row);
  }
  const runtimes = await Promise.all([...machines.values()].map(row => runtimeStatus(row, services, report, signal)));
  const mine = runtimes.find(({ endpoint }) => endpoint === current?.runtime.id) ?? null;
  const count = (fits: (row: SessionRow) => boolean) => rows.filter(row => row.name !== null && fits(row)).length;
  return {
    authenticated,
    account,
    eligibleGpus: plan?.eligibleGpus ?? [],
    connected: mine?.connected ?? false,
    runtime: mine && {
      id: mine.endpoint,
      gpu: mine.gpu?.name ?? mine.accelerator,
      uptime: mine.uptime,
      memoryUsed: compact(mine.memory?.used),
      memoryTotal: compact(mine.memory?.total),
    },
    session: current && { id: current.id, name: current.name, createdAt: current.createdAt },
    runtimes,
    keepAlive: keeperStatus(services),
    sessions: {
      total: count(() => true),
      active: count(row => row.active),
      connected: count(row => row.status === 'connected'),
      stale: count(row => row.status === 'stale'),
      max: plan?.limit ?? null,
      tier: plan?.tier ?? null,
    },
    usage: usageOf(plan),
  };
}

function keeperStatus(services: Services): StatusReport['keepAlive'] {
  const state = livingKeeper(services);
  return state && { pid: state.pid, since: state.startedAt, lastRound: state.beatAt, sessions: state.sessions };
}

function usageOf(plan: Plan | null): StatusReport['usage'] {
  if (plan === null || plan.balance === null || plan.ratePerHour === null) return null;
  return { balance: plan.balance, ratePerHour: plan.ratePerHour, hoursLeft: plan.hoursLeft };
}

async function runtimeStatus(
  row: SessionRow,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<RuntimeStatus> {
  const session = services.sessions.read().sessions.find(({ id }) => id === row.id) ?? null;
  const alive = row.status === 'connected' || row.status === 'disconnected';
  const readings = alive ? await readingsOf({ row, session }, services, report, signal) : null;
  if ((session || row.runtime.provider === 'colab') && readings === null) {
    const why = alive ? 'it did not answer in time' : `it is ${row.status}`;
    void report({ type: 'warning', text: `GPU, memory and disk of \`${row.runtime.label}\` are not known: ${why}` });
  }
  return {
    label: row.runtime.label,
    endpoint: row.runtime.id,
    provider: row.runtime.provider,
    accelerator: row.gpu ?? readings?.gpus?.[0]?.name ?? null,
    connected: alive,
    gpu: readings?.gpus?.[0] ? gpuStatus(readings.gpus[0]) : null,
    gpus: readings?.gpus?.map(gpuStatus) ?? null,
    memory: readings?.memory ? amounts(readings.memory) : null,
    disk: readings?.disk ? amounts(readings.disk) : null,
    uptime: uptimeOf(readings, row, services),
    kernel: row.kernel && { id: row.kernel.id, state: row.kernel.status, executionCount: null },
  };
}

/** Where the machine has readings of its own no kernel is needed for them. */
async function readingsOf(
  { row, session }: { readonly row: SessionRow; readonly session: Session | null },
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<Readings | null> {
  if (row.runtime.provider !== 'colab')
    return session && within(PATIENCE, measure(session, services, report, signal), null);
  const asked = services.provider('colab').then(provider => provider.readings?.(row.runtime.id, signal) ?? null);
  return within(OWN_READINGS_PATIENCE, asked, null);
}

/** What the machine says, else the time since it was made as far as we know. */
function uptimeOf(readings: Readings | null, row: SessionRow, { host }: Services): string | null {
  if (readings?.uptime != null) return uptimeText(readings.uptime);
  if (row.runtime.createdAt === null || row.status === 'stale' || row.status === 'unknown') return null;
  return uptimeText((host.now().getTime() - Date.parse(row.runtime.createdAt)) / 1000);
}

async function measure(session: Session, services: Services, report: Report, signal: AbortSignal): Promise<Readings> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  const [live, open] = await Promise.all([
    openKernel({ session, role: 'helper' }, services, report, limit),
    services.remoteHalf(),
  ]);
  const half = open(live.link);
  try {
    return await half.readings(limit);
  } finally {
    half.close();
    live.link.close();
  }
}

function gpuStatus({ name, memory, utilization, temperature }: GpuReading): GpuStatus {
  const percent = (share: number | null) => (share === null ? null : `${Math.round(share * 100)}%`);
  return {
    name,
    memory: memory && amounts(memory),
    utilization: { gpu: percent(utilization.gpu), memory: percent(utilization.memory) },
    temperature,
  };
}

function amounts({ total, used, free }: { total: number; used: number; free: number }): Amounts {
  return {
    total: bytesText(total),
    used: bytesText(used),
    free: bytesText(free),
    totalBytes: total,
    usedBytes: used,
    freeBytes: free,
  };
}

/** The API reference writes these two without the blank: `8.2GB`. */
function compact(text: string | undefined): string | null {
  return text?.replace(' ', '') ?? null;
}
