import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createOnce, readText } from './atomic-file.ts';

/** Turns text into something only this installation can read back. */
export interface Sealing {
  /** `purpose` is bound in: what was sealed for one purpose does not open for another. */
  seal(text: string, purpose: string): string;
  /** Null when it was sealed with another key, for another purpose, or is damaged. */
  open(sealed: string, purpose: string): string | null;
}

export interface SealingOptions {
  /** Where the random key is kept when there is no client secret. */
  readonly keyFile: string;
  /** The OAuth client's secret, asked for at each use; null when there is none. */
  secret(): string | null;
}

const SALT = 16;
const NONCE = 12;
const TAG = 16;
const KEY = 32;

/**
 * AES-256-GCM with a key derived by HKDF-SHA256 from the OAuth client secret, so that `config.json` and a sealed file
 * together can be copied to another machine; without a client secret from a random key made once and kept 0600.
 */
export function sealing({ keyFile, secret }: SealingOptions): Sealing {
  let loaded: { readonly crypto: Crypto; readonly material: Buffer; readonly secret: string | null } | null = null;
  // asked each time: a sign-in may store a client secret after something was sealed without one
  const load = () => {
    const clientSecret = secret();
    if (loaded !== null && loaded.secret === clientSecret) return loaded;
    const crypto = loadCrypto(keyFile);
    const material = clientSecret === null ? localKey(keyFile, crypto) : Buffer.from(clientSecret);
    loaded = { crypto, material, secret: clientSecret };
    return loaded;
  };
  const keyFrom = (material: Buffer, salt: Uint8Array) =>
    Buffer.from(load().crypto.hkdfSync('sha256', material, salt, 'lecoder-cgpu sealed text', KEY));
  return {
    seal(text, purpose) {
      const { crypto, material } = load();
      const salt = crypto.randomBytes(SALT);
      const nonce = crypto.randomBytes(NONCE);
      const cipher = crypto.createCipheriv('aes-256-gcm', keyFrom(material, salt), nonce);
      cipher.setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `v1.${Buffer.concat([salt, nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed.slice(3), 'base64url');
      if (!sealed.startsWith('v1.') || bytes.length < SALT + NONCE + TAG) return null;
      const { crypto, material, secret: used } = load();
      const unlock = (key: Buffer) => openWith(crypto, keyFrom(key, bytes.subarray(0, SALT)), bytes, purpose);
      const text = unlock(material);
      // what was sealed before there was a client secret stays good
      if (text !== null || used === null || !existsSync(keyFile)) return text;
      return unlock(localKey(keyFile, crypto));
    },
  };
}

function openWith(crypto: Crypto, key: Buffer, bytes: Buffer, purpose: string): string | null {
  const body = SALT + NONCE + TAG;
  const nonce = bytes.subarray(SALT, SALT + NONCE);
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(SALT + NONCE, body));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(body)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

type Crypto = typeof import('node:crypto');

/** The random key of this installation, made by the first process that needs it; all others read what it made. */
function localKey(path: string, crypto: Crypto): Buffer {
  createOnce(path, () => `${crypto.randomBytes(KEY).toString('base64')}\n`);
  const key = Buffer.from(readText(path) ?? '', 'base64');
  // a damaged key file opens nothing that was sealed before; what is sealed is a cache or can be had again
  return key.length === KEY ? key : crypto.createHash('sha256').update(key).digest();
}

/** Loaded at the first use: most commands seal nothing, and loading it costs more than reading all our files. */
function loadCrypto(keyFile: string): Crypto {
  return createRequire(resolve(keyFile))('node:crypto');
}
