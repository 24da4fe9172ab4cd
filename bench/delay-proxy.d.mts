export interface DelayProxy {
  readonly url: string;
  readonly seen: {
    readonly connections: number;
    readonly upgrades: number;
    readonly requests: readonly { readonly line: string; readonly early: boolean }[];
  };
  forget(): void;
  stop(): Promise<void>;
}
export function startProxy(target: { host: string; port: number }, roundTrip?: number): Promise<DelayProxy>;
