import type { Services } from '../../core/services.ts';

/** Variables whose value is nobody's business, by what people call them; `false` and the like is no secret in any. */
const SECRET = /token|secret|passw|credential|auth|api_?key|private|cookie/i;
const SHORTEST_GUESS = 8;
/** Ours, whatever the length. */
const OURS = ['JUPYTER_TOKEN', 'LECODER_REFRESH_TOKEN', 'LECODER_CLIENT_SECRET', 'GOOGLE_CLIENT_SECRET'];
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];

/** Every secret that this machine holds for us, so that none of them stands in a report by some way nobody thought of. */
export async function knownSecrets(services: Services): Promise<string[]> {
  const { host, settings, flags } = services;
  const ofEnvironment = Object.entries(host.env).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (PROXIES.includes(name.toLowerCase())) return credentialsIn(value);
    return OURS.includes(name) || (SECRET.test(name) && value.length >= SHORTEST_GUESS) ? [value] : [];
  });
  const stored = [settings.server.token, flags.token, ...(await ofAccount(services)), ...ofDoorways(services)];
  return [...ofEnvironment, ...stored].filter(value => value != null && value !== '') as string[];
}

async function ofAccount(services: Services): Promise<(string | null | undefined)[]> {
  const { logins, clients, tokens } = await services.accounts();
  const login = quietly(() => logins.read());
  const client = quietly(() => clients.read());
  const { accessTokenName } = await import('../../core/login.ts');
  const access = login === null ? null : quietly(() => tokens.get(accessTokenName(login)));
  return [login?.refreshToken, client?.secret, access?.token];
}

function ofDoorways({ sessions, doorways }: Services): string[] {
  return sessions.read().sessions.flatMap(({ provider, runtime }) => {
    const kept = quietly(() => doorways.get(provider, runtime.id));
    return kept === null ? [] : Object.values(kept.headers).map(value => value.replace(/^\w+ /, ''));
  });
}

/** User and password of a proxy, as they stand there and as they are meant. */
function credentialsIn(address: string): string[] {
  const text = address.includes('://') ? address : `http://${address}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return [address];
  return [url.username, url.password].flatMap(part => [part, quietly(() => decodeURIComponent(part)) ?? part]);
}

/** What cannot be read is in no report either. */
function quietly<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
