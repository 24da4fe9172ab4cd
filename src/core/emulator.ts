/** How an imitation of Google's side of Colab is to behave. Times are in seconds unless they say otherwise. */
export interface EmulatorPlan {
  /** Told by its health address, so that it is known again. */
  readonly id: string;
  /** An interpreter with a Jupyter server. */
  readonly python: string;
  /** Where its machines keep their files. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** 0 for a free one. */
  readonly port: number;
  readonly accounts: readonly EmulatedAccount[];
  readonly settings: EmulatorChoices;
  /** As `--fail` has them. */
  readonly faults: readonly string[];
  readonly onStop: () => void;
}

export interface EmulatedAccount {
  readonly email: string;
  readonly tier: 'free' | 'pro' | 'pro+';
  readonly balance?: number;
  readonly refreshToken: string;
}

/** What the flags of `emulator start` set; anything left out keeps its default. */
export interface EmulatorChoices {
  readonly tokenTtl?: number;
  readonly refreshTtl?: number;
  readonly proxyTtl?: number;
  /** Milliseconds. */
  readonly boot?: number;
  /** Milliseconds. */
  readonly latency?: number;
  readonly pruneAfter?: number;
  readonly fit?: number;
  readonly capacity?: Readonly<Record<string, number>>;
  readonly give?: Readonly<Record<string, string>>;
  readonly maxMachines?: number;
  readonly gapi?: boolean;
  readonly publicApi?: boolean;
  readonly driveApi?: boolean;
  readonly autoApprove?: boolean;
  readonly consented?: boolean;
  readonly keepAliveAnswers?: boolean;
  readonly subprotocol?: boolean;
}

export interface EmulatorProgram {
  /** What is wrong with a plan, as a sentence; null for nothing. */
  objection(plan: Pick<EmulatorPlan, 'faults' | 'settings'>): string | null;
  /** Starts one in this process. Rejects with the system's error when the port is taken. */
  start(plan: EmulatorPlan): Promise<{ readonly origin: string; stop(): Promise<void> }>;
}
