/** What the background process that keeps machines alive says of itself; `state/keep-alive.json`. */
export interface KeeperState {
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Of its last round. One that has not been heard of for three rounds is dead, whatever its pid does now. */
  readonly beatAt: string;
  readonly pings: number;
  readonly failures: number;
  /** Names of the sessions it keeps. */
  readonly sessions: readonly string[];
}

export interface KeeperRecord {
  read(): KeeperState | null;
  write(state: KeeperState): void;
  /** Removes the record if it is still that process's. */
  clear(pid: number): void;
}
