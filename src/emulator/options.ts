export const TIERS = ['free', 'pro', 'pro+'] as const;
export type Tier = (typeof TIERS)[number];

/** How the imitation behaves. All but `folder` and `python` have defaults; most can be changed while it runs. */
export interface EmulatorOptions {
  /** An interpreter that has jupyter_server and ipykernel: machines run on it. */
  readonly python: string;
  /** Where machines keep their files; made 0700, emptied of what we put there at the end. */
  readonly folder: string;
  /** Variables from which machines get their search path, language and temporary folder. Nothing else is passed on. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** 0 for a free one. */
  readonly port?: number;
  readonly accounts?: readonly AccountOptions[];
  /** OAuth clients and their secrets; any client is taken when absent. */
  readonly clients?: Readonly<Record<string, string>>;
  readonly settings?: Partial<EmulatorSettings>;
  /** Faults to play, as in `--fail`. */
  readonly faults?: readonly string[];
  /** Told by `/emulator/health`, so that who started us knows us again. */
  readonly id?: string;
  /** Called when the control API asks for the end, after its answer is out. */
  readonly onStop?: () => void;
}

export interface AccountOptions {
  readonly email: string;
  readonly name?: string;
  readonly tier?: Tier;
  /** Paid compute units; by tier when absent. */
  readonly balance?: number;
  /** A refresh token to accept from the start, with every scope. */
  readonly refreshToken?: string;
}

/** What the control API may change at any time. Times are in seconds of the emulator's clock unless they say otherwise. */
export interface EmulatorSettings {
  /** Life of an access token. */
  readonly tokenTtl: number;
  /** Life of a refresh token; 0 for ever. A client in testing mode has 7 days. */
  readonly refreshTtl: number;
  /** Life of a runtime-proxy token. */
  readonly proxyTtl: number;
  /** Whether a machine's server is started with the assignment; otherwise with the first request to it. */
  readonly prestart: boolean;
  /** What a proxy answers to a token that has ended or is none: 404 as a rule, sometimes 401. */
  readonly expiredStatus: number;
  /** How long the proxy answers 502 and 503 after an assignment, in milliseconds of real time. */
  readonly boot: number;
  /** Added to every answer, and half of it to each direction of a socket, in milliseconds of real time. */
  readonly latency: number;
  /** A machine that is not pinged this long is pruned. */
  readonly pruneAfter: number;
  /** A machine with a socket open to it lives this long without a ping. */
  readonly fit: number;
  /** Free machines by accelerator (`CPU` for none); unlimited where it says nothing. */
  readonly capacity: Readonly<Record<string, number>>;
  /** What is given instead of what was asked for. */
  readonly give: Readonly<Record<string, string>>;
  /** Machines at a time; null for the tier's own number. */
  readonly maxMachines: number | null;
  /** Whether the private Google API answers strangers. */
  readonly gapi: boolean;
  /** Whether the public API answers strangers. */
  readonly publicApi: boolean;
  /** Whether the Drive API is enabled in the client's project. */
  readonly driveApi: boolean;
  /** Most files on a page of Drive's list, however many are asked for. */
  readonly drivePage: number;
  /** Whether the approval page approves without a click. */
  readonly autoApprove: boolean;
  /** Scopes that are granted at most; null for all that were asked for. */
  readonly grantedScopes: readonly string[] | null;
  /** Whether machines answer keep-alive pings; real ones often never do. */
  readonly keepAliveAnswers: boolean;
  /** Whether kernels offer `v1.kernel.websocket.jupyter.org`. */
  readonly subprotocol: boolean;
  /** Whether a socket is cut when the token it was opened with ends. */
  readonly cutAtExpiry: boolean;
  /** Whether Drive and user credentials were consented to already. */
  readonly consented: boolean;
}

export const DEFAULTS: EmulatorSettings = {
  tokenTtl: 3599,
  refreshTtl: 0,
  proxyTtl: 3600,
  prestart: true,
  expiredStatus: 404,
  boot: 0,
  latency: 0,
  pruneAfter: 480,
  fit: 5400,
  capacity: {},
  give: {},
  maxMachines: null,
  gapi: true,
  publicApi: false,
  driveApi: true,
  drivePage: 1000,
  autoApprove: false,
  grantedScopes: null,
  keepAliveAnswers: true,
  subprotocol: true,
  cutAtExpiry: false,
  consented: false,
};
