import { GOOGLE } from '../../core/google-hosts.ts';
import type { ProviderName } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';

/** A host that commands talk to. */
export interface Target {
  readonly url: URL;
  /** What for, as the rest of a sentence. */
  readonly use: string;
  /** Commands find another way without it. */
  readonly optional: boolean;
  readonly kind: 'google' | 'emulator' | 'server';
  /** Access tokens come from there. */
  readonly tokens: boolean;
}

const USES: Readonly<Record<keyof typeof GOOGLE, { readonly use: string; readonly optional: boolean }>> = {
  accounts: { use: 'signing in', optional: false },
  tokens: { use: 'access tokens', optional: false },
  apis: { use: 'your account and Drive', optional: false },
  colab: { use: "Colab's machines", optional: false },
  colabPrivate: { use: "Colab's private API", optional: true },
  colabPublic: { use: "Colab's public API", optional: true },
};

/** Every host of Google's that is used, or the emulator in their place. */
export function googleTargets(emulator: URL | null): readonly Target[] {
  if (emulator !== null)
    return [{ url: emulator, use: 'the emulator', optional: false, kind: 'emulator', tokens: true }];
  const names = Object.keys(GOOGLE) as (keyof typeof GOOGLE)[];
  return names.map(name => ({ url: new URL(GOOGLE[name]), ...USES[name], kind: 'google', tokens: name === 'tokens' }));
}

/** The Jupyter server that settings or session name; Colab's machines and our own server are found by asking. */
export function serverTargets(
  { settings }: Services,
  runtime: ProviderName,
  session: Session | null,
): readonly Target[] {
  if (runtime !== 'jupyter') return [];
  const address = session?.provider === 'jupyter' ? session.runtime.id : settings.server.url;
  if (address === null || !URL.canParse(address)) return [];
  return [{ url: new URL(address), use: 'the Jupyter server', optional: false, kind: 'server', tokens: false }];
}

/** Why Google is not looked at; null when it is. Whoever works elsewhere and never signed in has no use for it. */
export async function whyNoGoogle(services: Services, runtime: ProviderName): Promise<string | null> {
  if (runtime === 'colab') return null;
  const why = `the \`${runtime}\` runtime needs no Google account; \`--runtime colab\` looks at it`;
  if (services.flags.runtime !== null) return why;
  const login = await services
    .identity()
    .then(identity => identity.login())
    .catch(() => null);
  return login === null ? why : null;
}
