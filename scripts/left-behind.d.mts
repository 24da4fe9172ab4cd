export interface Stray {
  pid: number;
  command: string;
}
export function processesMarked(mark: string): Promise<Stray[]>;
export function whoStays(mark: string, patience: number): Promise<Stray[]>;
export function endAll(mark: string): Promise<void>;
