import type { Doorway, ProviderName } from '../core/runtime.ts';
import type { DoorwayCache } from '../core/services.ts';
import { type TokenFileOptions, tokenFile } from './token-file.ts';

/** Doorways in `tokens.json`, each sealed. What cannot be opened, or has expired, is as good as not there. */
export function doorwayCache(options: TokenFileOptions): DoorwayCache {
  const file = tokenFile(options);
  return {
    get(provider, runtimeId) {
      const text = file.open(nameOf(provider, runtimeId));
      return text === null ? null : parseDoorway(text);
    },
    put: (provider, runtimeId, doorway) =>
      file.cache(nameOf(provider, runtimeId), doorwayText(doorway), doorway.expires),
    drop(provider, runtimeId) {
      const wanted = nameOf(provider, runtimeId);
      return file.drop(name => name === wanted);
    },
  };
}

function nameOf(provider: ProviderName, runtimeId: string): string {
  return `doorway ${provider} ${runtimeId}`;
}

function doorwayText({ http, ws, headers, expires }: Doorway): string {
  return JSON.stringify({ http: http.href, ws: ws.href, headers, expires: expires?.toISOString() ?? null });
}

function parseDoorway(text: string): Doorway {
  const { http, ws, headers, expires } = JSON.parse(text);
  return {
    http: new URL(http),
    ws: new URL(ws),
    headers,
    expires: expires === null ? null : new Date(expires),
  };
}
