import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { ClientStore, OAuthClient } from '../core/login.ts';
import { changeConfig, readConfig } from './config-file.ts';
import type { FileLocks } from './lock.ts';

export interface ClientFileOptions {
  /** `config.json`. */
  readonly path: string;
  readonly host: Host;
  readonly locks: FileLocks;
  /** `config.json` of the default profile; null where this is the default profile, or the emulator's. */
  readonly lender: string | null;
  /** The client to use when an emulator takes Google's place and its profile has none; null with Google. */
  readonly placeholder: OAuthClient | null;
}

/** The OAuth client in `config.json`, else in the environment. With an emulator the environment is not looked at: what stands there is for Google. */
export function clientFile({ path, lender, host, locks, placeholder }: ClientFileOptions): ClientStore {
  const change = (edit: (config: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>) =>
    changeConfig(path, locks, edit);
  const clientIn = (config: string) => {
    const { clientId, clientSecret } = readConfig(config);
    return pair(clientId, clientSecret, ['clientId', 'clientSecret'], `in \`${config}\``);
  };
  return {
    lent: () => (lender === null ? null : clientIn(lender)),
    read() {
      const stored = clientIn(path);
      if (stored !== null) return stored;
      if (placeholder !== null) return placeholder;
      const id = host.env.LECODER_CLIENT_ID || host.env.GOOGLE_CLIENT_ID;
      const secret = host.env.LECODER_CLIENT_SECRET || host.env.GOOGLE_CLIENT_SECRET;
      return pair(id, secret, ['LECODER_CLIENT_ID', 'LECODER_CLIENT_SECRET'], 'in the environment');
    },
    async save({ id, secret }) {
      await change(config => ({ ...config, clientId: id, clientSecret: secret }));
    },
    forget: () =>
      change(config => {
        if (!('clientId' in config) && !('clientSecret' in config)) return config;
        const { clientId: _, clientSecret: __, ...rest } = config;
        return rest;
      }),
  };
}

/** Throws a `usage` failure when only one of the two is there. Values are never repeated. */
function pair(id: unknown, secret: unknown, names: readonly [string, string], where: string): OAuthClient | null {
  const [hasId, hasSecret] = [id, secret].map(value => typeof value === 'string' && value.trim() !== '');
  if (!hasId && !hasSecret) return null;
  if (hasId && hasSecret) return { id: String(id).trim(), secret: String(secret).trim() };
  const [there, missing] = hasId ? names : [names[1], names[0]];
  throw new Failure('usage', `\`${missing}\` is missing ${where}, where \`${there}\` is`, {
    hints: ['the id and the secret of an OAuth client belong together; set both or none'],
  });
}
