import { PROVIDERS } from './runtime.ts';

/** What a setting may hold. `seconds` and `count` are numbers, `truth` is true or false, `address` is http or https. */
export type SettingKind = 'choice' | 'seconds' | 'count' | 'truth' | 'text' | 'address';

/** A key of `config.json`. Reading, checking, `config list` and the reference page all come from here. */
export interface SettingSpec {
  readonly kind: SettingKind;
  readonly choices?: readonly string[];
  /** What holds when nothing else says; null for nothing. */
  readonly default: string | number | boolean | null;
  /** What is taken later on, where nothing else decides: a session, for instance. */
  readonly assumed?: string;
  /** The default in words, where it is not ours. */
  readonly defaultText?: string;
  /** The global option that wins over everything, by its camel-cased name. */
  readonly flag?: 'runtime' | 'server';
  /** Environment variables that win over the file, the first that is set. */
  readonly variables?: readonly string[];
  /** Environment variables that are read where the file has nothing: the file is the login's other half. Not with an emulator. */
  readonly fallbacks?: readonly string[];
  /** Never shown, only whether it is there. */
  readonly secret?: true;
  readonly help: string;
}

/** Every key, in the order of the pages. */
export const SETTINGS = {
  defaultRuntime: {
    kind: 'choice',
    choices: PROVIDERS,
    default: null,
    assumed: 'colab',
    flag: 'runtime',
    variables: ['LECODER_RUNTIME'],
    help: 'where code runs: `colab`, `jupyter` or `local`',
  },
  defaultTimeout: {
    kind: 'seconds',
    default: 300,
    variables: ['LECODER_TIMEOUT'],
    help: 'seconds a run may take; 0 for no limit',
  },
  defaultGpu: { kind: 'text', default: 'T4', help: 'accelerator to ask for' },
  maxHistorySize: { kind: 'count', default: 1000, help: 'past runs kept; 0 keeps none' },
  autoReconnect: { kind: 'truth', default: true, help: 'mend a lost connection during a run' },
  propagateExitCode: { kind: 'truth', default: false, help: 'end `run` with the remote status' },
  verboseLogging: { kind: 'truth', default: false, help: 'keep everything in the debug log' },
  updateNotice: { kind: 'truth', default: true, help: 'say once a day at most that a newer version is out' },
  kernelName: {
    kind: 'text',
    default: null,
    defaultText: "the server's own",
    help: 'kernel to start, as the server names it',
  },
  jupyterServerUrl: {
    kind: 'address',
    default: null,
    flag: 'server',
    variables: ['JUPYTER_SERVER_URL'],
    help: 'address of the server for the `jupyter` runtime; its token belongs into `JUPYTER_TOKEN`',
  },
  localIdleTimeout: {
    kind: 'seconds',
    default: 3600,
    help: 'seconds without use after which the `local` server stops; 0 for never',
  },
  localPython: { kind: 'text', default: null, help: 'Python for the `local` runtime, instead of looking for one' },
  clientId: {
    kind: 'text',
    default: null,
    fallbacks: ['LECODER_CLIENT_ID', 'GOOGLE_CLIENT_ID'],
    help: 'id of the OAuth client for Google',
  },
  clientSecret: {
    kind: 'text',
    default: null,
    fallbacks: ['LECODER_CLIENT_SECRET', 'GOOGLE_CLIENT_SECRET'],
    secret: true,
    help: 'its secret, which also seals `tokens.json` and the login',
  },
} as const satisfies Readonly<Record<string, SettingSpec>>;

export type SettingKey = keyof typeof SETTINGS;

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

interface Kinds {
  readonly choice: string;
  readonly seconds: number;
  readonly count: number;
  readonly truth: boolean;
  readonly text: string;
  readonly address: string;
}

type Held<Spec extends SettingSpec> = Spec['choices'] extends readonly (infer Word)[] ? Word : Kinds[Spec['kind']];

/** What a setting gives: its default's type or its kind's. */
export type SettingValue<Key extends SettingKey> =
  | Held<(typeof SETTINGS)[Key]>
  | ((typeof SETTINGS)[Key]['default'] extends null ? null : never);
