import type { ProbeAnswer, Probes } from '../../core/doctor.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import { resultOf, type Way } from './check-network.ts';
import { asFailure, type Finding, failed, ok, skipped, warning } from './finding.ts';

/** Answers at once and says nothing: what browsers ask Google's servers to see whether a network is open. */
const PATH = '/generate_204';
/** Milliseconds between this machine's clock and another, from which on signatures and tokens are refused. */
const SKEW = 60_000;

/** A server's clock against ours. */
export interface ClockReading {
  readonly host: string;
  /** Milliseconds that ours is ahead. */
  readonly ahead: number;
}

export interface GoogleAnswers {
  readonly finding: Finding;
  readonly clock: ClockReading | null;
}

interface Parts {
  readonly probes: Probes;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/** Whether the hosts that can be reached answer over HTTP. */
export async function askGoogleHosts(ways: readonly Way[], parts: Parts): Promise<GoogleAnswers> {
  const open = ways.filter(({ reached }) => resultOf(reached) !== null);
  if (open.length === 0) return { finding: skipped('none of its hosts can be reached'), clock: null };
  const answers = await Promise.all(
    open.map(async ({ target }) => ({ target, ...(await ask(new URL(PATH, target.url), parts)) })),
  );
  const clock = answers.map(answer => answer.clock).find(reading => reading !== null) ?? null;
  const facts = {
    hosts: answers.map(({ target, status, failure }) => ({
      host: target.url.host,
      status,
      error: failure?.message ?? null,
    })),
  };
  const bad = answers.filter(({ failure }) => failure !== null);
  const needed = bad.find(({ target }) => !target.optional);
  if (needed?.failure) return { finding: failed(needed.failure, facts), clock };
  const [other] = bad;
  if (other?.failure) {
    const text = `${other.failure.message} (${other.target.use}; there are other ways)`;
    return { finding: warning(text, other.failure.facts.hints ?? ['try again later'], facts), clock };
  }
  return { finding: ok(answeredText(answers.map(({ target }) => target.url.host)), facts), clock };
}

function answeredText(hosts: readonly string[]): string {
  return hosts.length === 1 ? `${hosts[0]} answered` : `${hosts.length} hosts answered`;
}

interface Answered {
  readonly status: number | null;
  readonly failure: Failure | null;
  readonly clock: ClockReading | null;
}

async function ask(url: URL, { probes, host, signal }: Parts): Promise<Answered> {
  const sent = host.now().getTime();
  try {
    const answer = await probes.get(url, {}, signal);
    const clock = readClock(url, answer, (sent + host.now().getTime()) / 2);
    const { status } = answer;
    const failure = status >= 500 ? new Failure('apiUnavailable', `${url.host} answered ${status}`) : null;
    return { status, failure, clock };
  } catch (error) {
    signal.throwIfAborted();
    return { status: null, failure: asFailure(error), clock: null };
  }
}

/** The header counts whole seconds, so half a second is what it means on the average. */
export function readClock(url: URL, { date }: ProbeAnswer, asked: number): ClockReading | null {
  return date === null ? null : { host: url.host, ahead: Math.round(asked - (date.getTime() + 500)) };
}

export function clockFinding(reading: ClockReading | null, platform: NodeJS.Platform): Finding {
  if (reading === null) return skipped('no server told the time');
  const seconds = Math.round(Math.abs(reading.ahead) / 1000);
  const facts = { comparedWith: reading.host, aheadMilliseconds: reading.ahead };
  if (Math.abs(reading.ahead) <= SKEW)
    return ok(seconds <= 1 ? 'right' : `${seconds} s ${reading.ahead > 0 ? 'ahead' : 'behind'}`, facts);
  const text = `the clock of this machine is ${seconds} s ${reading.ahead > 0 ? 'ahead' : 'behind'}: certificates and tokens may be refused`;
  return warning(text, [SET_CLOCK[platform] ?? SET_CLOCK.linux ?? ''], facts);
}

const SET_CLOCK: Partial<Record<NodeJS.Platform, string>> = {
  linux: '`sudo timedatectl set-ntp true` has it set from the network; in WSL `sudo hwclock -s`',
  darwin: '`sudo sntp -sS time.apple.com`',
  win32: '`w32tm /resync`, as an administrator',
};
