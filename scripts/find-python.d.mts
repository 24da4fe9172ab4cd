export interface FoundPython {
  version: string;
  executable: string;
  venv: boolean;
  uv: boolean;
}
export function findPython(env?: Readonly<Record<string, string | undefined>>): Promise<FoundPython>;
export function isAtLeast(version: string, oldest: readonly [number, number]): boolean;
