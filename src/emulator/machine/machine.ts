import type { Duplex } from 'node:stream';
import type { Accelerator } from '../accelerators.ts';
import type { Account } from '../accounts.ts';
import { secret } from '../oauth/grants.ts';
import type { EmulatorSettings } from '../options.ts';
import type { Vm } from './vm.ts';

export interface MachineFacts {
  readonly account: Account;
  readonly endpoint: string;
  readonly accelerator: Accelerator;
  /** What was asked for, where something else was given. */
  readonly asked: Accelerator;
  readonly highMemory: boolean;
  readonly key: string;
  readonly label: string;
  readonly runtimeId: string | null;
  readonly vm: Vm;
  /** Milliseconds of the emulator's clock. */
  readonly createdAt: number;
}

export interface ProxyToken {
  readonly token: string;
  /** Seconds. */
  readonly ttl: number;
  readonly expires: number;
}

/** An assigned machine: what the services know of it, and the real server behind it. */
export class Machine {
  readonly account: Account;
  readonly endpoint: string;
  readonly accelerator: Accelerator;
  readonly asked: Accelerator;
  readonly highMemory: boolean;
  readonly key: string;
  readonly label: string;
  readonly runtimeId: string | null;
  readonly vm: Vm;
  readonly createdAt: number;
  /** Of its proxy. */
  url = '';
  gone = false;
  /** What else has to end with it. */
  readonly endings: (() => Promise<void>)[] = [];
  /** Real time, in milliseconds since 1970, until which its proxy says 502 and 503. */
  bootsUntil = 0;
  billedUntil: number;
  lastPing: number;
  /** Kernels a socket was opened to: until then a kernel stays `starting`. */
  readonly met = new Set<string>();
  /** Open ones, and the proxy token each was opened with. */
  readonly sockets = new Map<Duplex, string>();
  readonly #tokens = new Map<string, number>();
  #lastOpened = 0;

  constructor(facts: MachineFacts) {
    this.account = facts.account;
    this.endpoint = facts.endpoint;
    this.accelerator = facts.accelerator;
    this.asked = facts.asked;
    this.highMemory = facts.highMemory || facts.accelerator.highMemoryOnly;
    this.key = facts.key;
    this.label = facts.label;
    this.runtimeId = facts.runtimeId;
    this.vm = facts.vm;
    this.createdAt = facts.createdAt;
    this.billedUntil = facts.createdAt;
    this.lastPing = facts.createdAt;
  }

  /** A new proxy token; those made before stay good until they expire. */
  open(ttl: number, now: number): ProxyToken {
    const token = `emulator-proxy-${secret(32)}`;
    const expires = now + ttl * 1000;
    this.#tokens.set(token, expires);
    return { token, ttl, expires };
  }

  /** Null when it is not one of ours; otherwise when it ends or ended. */
  expiryOf(token: string): number | null {
    return this.#tokens.get(token) ?? null;
  }

  expireTokens(): void {
    this.#tokens.clear();
  }

  /** When it is pruned if nothing more happens: some time after the last ping, later while somebody has a socket open. */
  livesUntil({ pruneAfter, fit }: EmulatorSettings): number {
    const attended = this.sockets.size > 0 ? Math.max(this.lastPing, this.#lastOpened) + fit * 1000 : 0;
    return Math.max(this.lastPing + pruneAfter * 1000, attended);
  }

  opened(socket: Duplex, token: string, now: number): void {
    this.#lastOpened = now;
    this.sockets.set(socket, token);
    socket.once('close', () => this.sockets.delete(socket));
  }

  /** Cuts sockets whose token has ended, where that is wanted. */
  dropExpired(now: number, cut: boolean): void {
    for (const [socket, token] of cut ? this.sockets : []) {
      if ((this.#tokens.get(token) ?? 0) <= now) socket.destroy();
    }
  }

  cutSockets(): number {
    const count = this.sockets.size;
    for (const socket of this.sockets.keys()) socket.destroy();
    return count;
  }

  end(): void {
    this.gone = true;
    this.#tokens.clear();
    this.cutSockets();
  }
}
