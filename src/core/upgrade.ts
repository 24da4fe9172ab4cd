/** How this program came onto the machine. */
export const INSTALL_KINDS = [
  'npm',
  'npm-project',
  'npx',
  'pnpm',
  'yarn',
  'bun',
  'script',
  'archive',
  'deb',
  'rpm',
  'homebrew',
  'scoop',
  'chocolatey',
  'docker',
  'source',
] as const;
export type InstallKind = (typeof INSTALL_KINDS)[number];

export interface Install {
  readonly kind: InstallKind;
  /** The file that is the program, links followed. */
  readonly path: string;
}

/** Where new versions are announced: the package's in the npm registry, all others beside the files of a release. */
export type Channel = 'npm' | 'releases';

/** What can be learned and fetched of published versions. */
export interface Releases {
  /**
   * The newest published version that is no preview. Throws `connectionTimeout`, `rateLimited` or `apiUnavailable`,
   * after 15 seconds at most.
   */
  newest(channel: Channel, signal: AbortSignal): Promise<string>;
  /** SHA-256 of each file of a version, by name. Throws a `usage` failure for a version that is not there. */
  sums(version: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** A file of a version, whole. `progress` gets bytes so far and in all (null when unknown). */
  download(
    file: ReleaseFile,
    progress: (bytes: number, total: number | null) => void,
    signal: AbortSignal,
  ): Promise<Uint8Array>;
  /** Where that file is, for people. */
  address(file: ReleaseFile): string;
}

export interface ReleaseFile {
  readonly version: string;
  readonly name: string;
}

/** What is known of newer versions between invocations; never worth a failure. Times are ISO 8601. */
export interface UpdateKnowledge {
  /** When somebody last set out to ask, whatever came of it. */
  readonly askedAt: string;
  /** Null until somebody got an answer. */
  readonly newest: string | null;
  /** When it was last told. */
  readonly toldAt: string | null;
}

export interface UpdateRecord {
  read(): UpdateKnowledge | null;
  /** What cannot be written is forgotten. */
  write(knowledge: UpdateKnowledge): void;
}
