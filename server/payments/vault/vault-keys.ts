/**
 * The vault's keys: `id:base64(32 bytes)`, comma-separated. The first encrypts, all of them decrypt: that is how they
 * rotate (rules P32, P34).
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface VaultKey {
  id: string;
  key: Buffer;
}

const KEY_BYTES = 32;
const ID = /^[A-Za-z0-9_-]{1,32}$/;
const REMEDY =
  'Use id:base64 of 32 random bytes, comma-separated, the newest first: npm run --silent vault -- key prints one.';
/** Of 32 random bytes about 30 differ; fewer than this many is a pattern. */
const DISTINCT_MIN = 16;

export interface VaultKeysProblem {
  problem: string;
  remedy: string;
}

/** Bytes that somebody typed, counted up or repeated: chance makes none of these. */
function isGuessable(key: Buffer): boolean {
  const bytes = [...key];
  const steps = new Set(bytes.slice(1).map((byte, i) => (byte - (bytes[i] as number) + 256) % 256));
  const typed = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return typed || steps.size === 1 || new Set(bytes).size < DISTINCT_MIN;
}

/** The keys a setting names, or what is wrong with it; the problem never repeats a key. */
export function readVaultKeys(text: string): VaultKey[] | VaultKeysProblem {
  const wrong = (problem: string): VaultKeysProblem => ({
    problem: `HOLDFAST_VAULT_KEYS ${problem}.`,
    remedy: REMEDY,
  });
  const keys: VaultKey[] = [];
  for (const [i, entry] of text.split(',').entries()) {
    const which = `(number ${i + 1})`;
    const [id = '', encoded = ''] = entry.trim().split(/:(.*)/s);
    if (!ID.test(id)) return wrong(`has an entry without a key id ${which}`);
    const key = Buffer.from(encoded, 'base64');
    // Only the canonical spelling: Buffer skips over whatever is no base64.
    if (key.length !== KEY_BYTES || key.toString('base64') !== encoded)
      return wrong(`has a key that is not 32 bytes in base64 ${which}`);
    if (isGuessable(key)) return wrong(`has a key that can be guessed ${which}`);
    if (keys.some((other) => other.id === id)) return wrong(`uses one key id twice ${which}`);
    if (keys.some((other) => other.key.equals(key))) return wrong(`has one key under two ids ${which}`);
    keys.push({ id, key });
  }
  return keys;
}

/** What is wrong with a setting, or null. */
export function vaultKeysProblem(text: string): VaultKeysProblem | null {
  const read = readVaultKeys(text);
  return Array.isArray(read) ? null : read;
}

/** A new key, as it stands in the setting. */
export const generateVaultKey = (): string => {
  const key = randomBytes(KEY_BYTES);
  return `k${randomBytes(4).toString('hex')}:${key.toString('base64')}`;
};

/** Keys of the environment, or one made once in `<dataDir>/keys/vault.keys` in development. @throws Error when unusable */
export function loadVaultKeys(config: { vaultKeys: string | undefined; dataDir: string }): VaultKey[] {
  const read = readVaultKeys(config.vaultKeys ?? developmentKeys(config.dataDir));
  if (!Array.isArray(read)) throw new Error(`${read.problem} ${read.remedy}`);
  return read;
}

function developmentKeys(dataDir: string): string {
  const dir = join(dataDir, 'keys');
  const file = join(dir, 'vault.keys');
  if (!existsSync(file)) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, `${generateVaultKey()}\n`, { mode: 0o600, flag: 'wx' });
    } catch (err) {
      // Another process of ours made it first: its key is the key.
      if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err;
    }
  }
  return readFileSync(file, 'utf8').trim();
}
