/**
 * Secrets at rest: AES-256-GCM under the vault's first key, bound to the place they stand in. A value that was moved to
 * another row, field or table does not open there, nor does one of which a bit was changed (rules P30–P33).
 *
 *   sealed = nonce (12 bytes, random) ‖ ciphertext ‖ tag (16 bytes)
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { VaultKey } from './vault-keys.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Where a secret stands: part of what is authenticated. */
export interface Place {
  table: string;
  row: string;
  field: string;
}

export interface Sealed {
  keyId: string;
  sealed: Buffer;
}

/** A secret that does not open. Says where and under which key, never what. */
export class VaultError extends Error {}

export interface Vault {
  /** The key that seals. */
  readonly firstKeyId: string;
  readonly keyIds: readonly string[];
  seal(place: Place, secret: string): Sealed;
  /** @throws VaultError: the key is not ours, or the value is not the one that was sealed here */
  open(place: Place, value: Sealed): string;
}

/** JSON, so that no two places spell the same. */
const bound = ({ table, row, field }: Place, keyId: string): Buffer =>
  Buffer.from(JSON.stringify(['holdfast-vault/1', keyId, table, row.toLowerCase(), field]));

const inWords = ({ table, row, field }: Place, keyId: string) =>
  `${table} ${row} ${field} under key ${keyId}`;

/** @throws Error without a key */
export function createVault(keys: readonly VaultKey[]): Vault {
  const [first] = keys;
  if (!first) throw new Error('the vault has no key');
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  return {
    firstKeyId: first.id,
    keyIds: [...byId.keys()],
    seal(place, secret) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, first.key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(bound(place, first.id));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return { keyId: first.id, sealed: Buffer.concat([nonce, text, cipher.getAuthTag()]) };
    },
    open(place, { keyId, sealed }) {
      const key = byId.get(keyId);
      if (!key) throw new VaultError(`no such key: ${inWords(place, keyId)}`);
      if (sealed.length < NONCE_BYTES + TAG_BYTES)
        throw new VaultError(`cut short: ${inWords(place, keyId)}`);
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(bound(place, keyId));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
      try {
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        // OpenSSL says no more than that it does not authenticate.
        throw new VaultError(`does not authenticate: ${inWords(place, keyId)}`);
      }
    },
  };
}
