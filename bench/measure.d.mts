export interface Program {
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}
export interface Printed {
  ms: number;
  bytes: number;
  lines: number;
  hash: string | null;
}
export interface Comparison {
  ratio: number;
  min: number;
  max: number;
  ours: number;
  floor: number;
  rounds: number;
}
export function environment(extra?: Record<string, string>): Record<string, string | undefined>;
export function once(program: Program, options?: { look?: boolean }): Promise<Printed>;
export function inspect(program: Program): Promise<Printed & { memory: number }>;
export function compare(
  programs: {
    ours: Program | (() => Program);
    floor: Program | (() => Program);
    afterwards?: () => Promise<unknown>;
  },
  options: { rounds: number; warmups?: number },
): Promise<Comparison>;
export function median(values: readonly number[]): number;
