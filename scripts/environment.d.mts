export const ROOT: string;
export const CACHE: string;
export function checkNode(version?: string): void;
export function packagesAreCurrent(root: string): boolean;
export function withLock<T>(path: string, work: () => Promise<T>): Promise<T>;
