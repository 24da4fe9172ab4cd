import type { ProviderName, Runtime } from './runtime.ts';

/** A named hold on a runtime: what `-s` points at. Stored in `state/sessions.json`; holds no secret. */
export interface Session {
  readonly id: string;
  readonly name: string;
  readonly provider: ProviderName;
  readonly runtime: Runtime;
  /** The kernel the user's code lives in; null until the first run needs it. */
  readonly kernelId: string | null;
  /** The hidden kernel of the remote half; null until it is needed. */
  readonly helperKernelId: string | null;
  /** True where the server allows no second kernel: the remote half then shares the user's. */
  readonly sharedKernel: boolean;
  /** Until when its machine is pinged in the background, ISO 8601; null for not at all. */
  readonly keepAliveUntil: string | null;
  readonly createdAt: string;
  readonly lastActivity: string;
}

export interface SessionBook {
  /** All sessions and which one is active; never throws for a damaged file (it is moved aside with a warning). */
  read(): SessionList;
  /** Changes the list under a lock and returns the new one. */
  update(change: (list: SessionList) => SessionList): Promise<SessionList>;
}

export interface SessionList {
  readonly active: string | null;
  readonly sessions: readonly Session[];
}
