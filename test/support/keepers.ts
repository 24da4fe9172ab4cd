import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Seen } from '../../src/emulator/traffic.ts';
import type { ColabCli } from './colab-cli.ts';
import { until } from './until.ts';

/** What the keeper says of itself; null when it has ended in order. */
export async function keeperOf(colab: ColabCli): Promise<{ pid: number; pings: number } | null> {
  const path = join(colab.config, 'profiles', 'emulator', 'state', 'keep-alive.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}

export async function pidOf(colab: ColabCli): Promise<number> {
  const keeper = await keeperOf(colab);
  expect(keeper).not.toBeNull();
  return keeper?.pid ?? 0;
}

/** Pings that reached the emulator, answered or not. */
export const pingsOf = (colab: ColabCli): Seen[] =>
  colab.emulator.world.traffic.last().filter(({ operation }) => operation === 'keep-alive');

export const answered = (colab: ColabCli): number => pingsOf(colab).filter(({ status }) => status === 200).length;

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A session whose keeper has been killed, so that another can be tried in its place. */
export async function withoutKeeper(colab: ColabCli, ...options: string[]): Promise<void> {
  expect((await colab.call(['connect', '--no-shell', ...options])).code).toBe(0);
  const pid = await pidOf(colab);
  await until(() => answered(colab) > 0);
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid));
  colab.emulator.world.traffic.forget();
}
