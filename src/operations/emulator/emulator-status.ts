import type { Services } from '../../core/services.ts';
import { type EmulatorRecord, emulatorFiles, noEmulator, runningEmulator } from './emulator-record.ts';

export interface EmulatorStatus {
  readonly running: boolean;
  readonly origin: string | null;
  readonly pid: number | null;
  readonly startedAt: string | null;
  readonly account: { readonly email: string; readonly tier: string; readonly balance: number } | null;
  readonly machines: readonly { readonly endpoint: string; readonly accelerator: string; readonly url: string }[];
  /** Requests so far. */
  readonly requests: number;
}

const NOTHING: EmulatorStatus = {
  running: false,
  origin: null,
  pid: null,
  startedAt: null,
  account: null,
  machines: [],
  requests: 0,
};

interface State {
  readonly accounts: readonly { readonly email: string; readonly tier: string; readonly balance: number }[];
  readonly assignments: readonly { readonly endpoint: string; readonly accelerator: string; readonly url: string }[];
  readonly counts: Readonly<Record<string, number>>;
}

/** What runs. Not running is an answer. */
export async function emulatorStatus(services: Services, signal: AbortSignal): Promise<EmulatorStatus> {
  const { host } = services;
  const record = await runningEmulator(host, emulatorFiles(services), signal);
  if (record === null) return NOTHING;
  const state = (await (await host.fetch(new URL('/emulator/state', record.origin), { signal })).json()) as State;
  const account = state.accounts.find(({ email }) => email === record.account);
  return {
    running: true,
    origin: record.origin,
    pid: record.pid,
    startedAt: record.startedAt,
    account: account === undefined ? null : { email: account.email, tier: account.tier, balance: account.balance },
    machines: state.assignments.map(({ endpoint, accelerator, url }) => ({ endpoint, accelerator, url })),
    requests: Object.values(state.counts).reduce((sum, count) => sum + count, 0),
  };
}

/** What a program needs in its environment to use the emulator. Throws `connectionTimeout` when none runs. */
export async function emulatorVariables(services: Services, signal: AbortSignal): Promise<Record<string, string>> {
  const record = await runningEmulator(services.host, emulatorFiles(services), signal);
  if (record === null) throw noEmulator();
  return variablesFor(record);
}

export function variablesFor({ origin, refreshToken }: EmulatorRecord): Record<string, string> {
  return { LECODER_EMULATOR: origin, LECODER_REFRESH_TOKEN: refreshToken };
}
