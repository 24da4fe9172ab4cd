import type { Account } from '../core/account.ts';
import type { Host } from '../core/host.ts';
import type { AccessTokens, LoginStore, StoredLogin } from '../core/login.ts';
import type { Warn } from './atomic-file.ts';
import { isRecord, jsonFile } from './json-file.ts';
import type { FileLocks } from './lock.ts';
import type { Sealing } from './sealing.ts';

export interface LoginFileOptions {
  readonly path: string;
  readonly host: Host;
  readonly locks: FileLocks;
  readonly sealing: Sealing;
  readonly tokens: AccessTokens;
  readonly warn: Warn;
}

/** As it stands in the file: no version, since people copy and write it by hand. */
interface LoginRecord {
  readonly id: string;
  /** Sealed (`v1.…`) or plain; null where gcloud keeps it. */
  readonly refreshToken: string | null;
  readonly scopes: readonly string[];
  readonly account: Account | null;
  readonly source: StoredLogin['source'];
  readonly refusedAt: string | null;
}

const PURPOSE = 'refresh token';

/** The login in `state/session.json`. Plain refresh tokens are taken, and sealed when the file is next written. */
export function loginFile({ path, host, locks, sealing, tokens, warn }: LoginFileOptions): LoginStore {
  const file = jsonFile<LoginRecord | null>({
    path,
    lock: 'login',
    locks,
    warn,
    now: () => host.now(),
    empty: () => null,
    check: checkRecord,
  });
  const unseal = (text: string) => (isSealed(text) ? sealing.open(text, PURPOSE) : text);
  const sealed = (text: string | null) => (text === null || isSealed(text) ? text : sealing.seal(text, PURPOSE));
  return {
    unseal,
    read() {
      const record = file.read();
      if (record === null) return null;
      return { ...record, refreshToken: record.refreshToken === null ? null : unseal(record.refreshToken) };
    },
    async save(login) {
      await file.update(() => ({ ...login, refreshToken: sealed(login.refreshToken) }));
      await tokens.clear();
    },
    async markRefused(login, at) {
      await file.update(record => {
        const same = record?.id === login.id && plain(record, unseal) === login.refreshToken;
        if (!same || record.refusedAt !== null) return record;
        return { ...record, refreshToken: sealed(record.refreshToken), refusedAt: at.toISOString() };
      });
    },
    async remove() {
      await tokens.clear();
      return file.remove();
    },
  };
}

function plain(record: LoginRecord, unseal: (text: string) => string | null): string | null {
  return record.refreshToken === null ? null : unseal(record.refreshToken);
}

function isSealed(text: string): boolean {
  return text.startsWith('v1.');
}

function checkRecord(value: unknown): LoginRecord {
  if (!isRecord(value)) throw new Error('it holds no JSON object');
  if (typeof value.version === 'number' && value.version > 1) {
    throw new Error(`it was written by a newer version of lecoder-cgpu (file version ${value.version})`);
  }
  const source = value.source === 'adc' ? 'adc' : 'session';
  const refreshToken = value.refreshToken ?? null;
  if (refreshToken === null ? source === 'session' : typeof refreshToken !== 'string' || refreshToken === '')
    throw new Error('it has no refresh token');
  const scopes = value.scopes ?? [];
  if (!Array.isArray(scopes) || scopes.some(scope => typeof scope !== 'string'))
    throw new Error('`scopes` is no list of names');
  return {
    ...value,
    id: typeof value.id === 'string' ? value.id : 'session',
    refreshToken: refreshToken as string | null,
    scopes,
    account: checkAccount(value.account ?? null),
    source,
    refusedAt: typeof value.refusedAt === 'string' ? value.refusedAt : null,
  };
}

function checkAccount(value: unknown): Account | null {
  if (value === null) return null;
  if (!isRecord(value) || typeof value.id !== 'string') throw new Error('`account` names nobody');
  return { ...value, id: value.id, label: typeof value.label === 'string' ? value.label : value.id };
}
