import * as z from 'zod/mini';
import type { EmulatorChoices } from '../../core/emulator.ts';
import { Failure } from '../../core/failure.ts';
import type { EmulatorWish } from '../../operations/emulator/emulator-serve.ts';

const Seconds = z.optional(z.number());
const Words = z.optional(z.array(z.string()));
const Switch = z.optional(z.boolean());

export const StartInput = z.object({
  foreground: Switch,
  port: z._default(z.int().check(z.maximum(65_535)), 0),
  account: z._default(z.string(), 'you@example.com'),
  tier: z._default(z.enum(['free', 'pro', 'pro+']), 'pro'),
  balance: z.optional(z.number()),
  python: z.optional(z.string()),
  fail: Words,
  capacity: Words,
  give: Words,
  maxMachines: z.optional(z.int()),
  tokenTtl: Seconds,
  refreshTtl: Seconds,
  proxyTtl: Seconds,
  boot: Seconds,
  latency: Seconds,
  pruneAfter: Seconds,
  fit: Seconds,
  gapi: Switch,
  publicApi: Switch,
  driveApi: Switch,
  autoApprove: Switch,
  consented: Switch,
  silentKeepAlive: Switch,
  subprotocol: Switch,
});

export type StartOptions = z.infer<typeof StartInput>;

/** Throws `usage` failures. */
export function readWish(input: StartOptions): EmulatorWish {
  const { port, account, tier, balance, python, fail } = input;
  if (!/^[^\s@]+@[^\s@]+$/.test(account))
    throw new Failure('usage', `\`--account\` takes an address, not \`${account}\``);
  return {
    port,
    account,
    tier,
    balance: balance ?? null,
    python: python ?? null,
    faults: fail ?? [],
    settings: readSettings(input),
  };
}

function readSettings(input: StartOptions): EmulatorChoices {
  const { tokenTtl, refreshTtl, proxyTtl, pruneAfter, fit, maxMachines } = input;
  const { gapi, publicApi, driveApi, autoApprove, consented, subprotocol } = input;
  const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
  return given({
    tokenTtl,
    refreshTtl,
    proxyTtl,
    pruneAfter,
    fit,
    maxMachines,
    boot: milliseconds(input.boot),
    latency: milliseconds(input.latency),
    gapi,
    publicApi,
    driveApi,
    autoApprove,
    consented,
    subprotocol,
    keepAliveAnswers: input.silentKeepAlive === true ? false : undefined,
    capacity: input.capacity === undefined ? undefined : readCapacity(input.capacity),
    give: input.give === undefined ? undefined : Object.fromEntries(input.give.map(each => readPair(each, '--give'))),
  });
}

function given<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

function readCapacity(words: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    words.map(word => {
      const [name, count] = readPair(word, '--capacity');
      if (!/^\d+$/.test(count)) throw new Failure('usage', `\`--capacity\` takes numbers of machines, not \`${word}\``);
      return [name, Number(count)];
    }),
  );
}

function readPair(word: string, option: string): [string, string] {
  const found = /^([A-Za-z]\w*)=(\w+)$/.exec(word);
  if (found === null)
    throw new Failure(
      'usage',
      `\`${option}\` takes pairs such as \`A100=${option === '--give' ? 'T4' : 0}\`, not \`${word}\``,
    );
  return [(found[1] ?? '').toUpperCase(), (found[2] ?? '').toUpperCase()];
}

/** The options as words for a command line of our own; those that were not given are left out. */
export function asWords(input: StartOptions): string[] {
  return Object.entries(input).flatMap(([key, value]) => {
    if (value === undefined || key === 'foreground') return [];
    const name = key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
    if (value === true) return [`--${name}`];
    if (value === false) return [`--no-${name}`];
    if (Array.isArray(value)) return value.length === 0 ? [] : [`--${name}`, value.join(',')];
    return [`--${name}`, String(value)];
  });
}
