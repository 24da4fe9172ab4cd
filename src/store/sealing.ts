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
  /** The OAuth client's secret, asked for at the first use; null when there is none. */
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
  let loaded: { readonly crypto: Crypto; readonly material: Buffer } | null = null;
  const load = () => {
    if (loaded !== null) return loaded;
    const crypto = loadCrypto(keyFile);
    const clientSecret = secret();
    loaded = {
      crypto,
      material: clientSecret === null ? localKey(keyFile, crypto) : Buffer.from(clientSecret),
    };
    return loaded;
  };
  const keyFor = (salt: Uint8Array) => {
    const { crypto, material } = load();
    return Buffer.from(crypto.hkdfSync('sha256', material, salt, 'lecoder-cgpu sealed text', KEY));
  };
  return {
    seal(text, purpose) {
      const { crypto } = load();
      const salt = crypto.randomBytes(SALT);
      const nonce = crypto.randomBytes(NONCE);
      const cipher = crypto.createCipheriv('aes-256-gcm', keyFor(salt), nonce);
      cipher.setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `v1.${Buffer.concat([salt, nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed.slice(3), 'base64url');
      if (!sealed.startsWith('v1.') || bytes.length < SALT + NONCE + TAG) return null;
      const [salt, nonce] = [bytes.subarray(0, SALT), bytes.subarray(SALT, SALT + NONCE)];
      const decipher = load().crypto.createDecipheriv('aes-256-gcm', keyFor(salt), nonce, {
        authTagLength: TAG,
      });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(SALT + NONCE, SALT + NONCE + TAG));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(SALT + NONCE + TAG)), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
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
