/**
 * Production starts with secrets of its own or not at all (rule X26): keys that are missing, incomplete, shared between
 * purposes or printed in a standard, and passwords that came with an example.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';

const PURPOSES = ['access', 'turn', 'receipt', 'ticket', 'oauth', 'push'];

/** Private keys that everybody has: RFC 8037 A.1, RFC 8291 5, and the all-zero and all-one seeds. */
const PUBLISHED_KEYS = new Set([
  'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  Buffer.alloc(32, 0).toString('base64url'),
  Buffer.alloc(32, 1).toString('base64url'),
]);

const EXAMPLE_PASSWORDS = new Set([
  ...[
    'postgres',
    'password',
    'passwd',
    'holdfast',
    'changeme',
    'change-me',
    'secret',
    'admin',
    'root',
    'redis',
    'test',
    'example',
  ],
  ...['guest', 'default', '123456', '12345678', 'postgresql', 'holdfast-password'],
]);

export interface Weakness {
  problem: string;
  remedy: string;
}

const KEYS_REMEDY = 'npm run keys prints a set; keep it in your secret store.';

/** What is wrong with a JWK set of signing keys, or null. */
export function keysWeakness(text: string): Weakness | null {
  const weak = (problem: string): Weakness => ({ problem: `HOLDFAST_KEYS ${problem}.`, remedy: KEYS_REMEDY });
  let keys: unknown;
  try {
    keys = (JSON.parse(text) as { keys?: unknown } | null)?.keys;
  } catch {
    return weak('is not JSON');
  }
  if (!Array.isArray(keys) || keys.length === 0) return weak('has no keys');
  const purposeOf = new Map<string, string>();
  for (const key of keys as Record<string, unknown>[]) {
    const { kid, d, x, y, crv } = key ?? {};
    if (typeof kid !== 'string' || typeof d !== 'string' || typeof x !== 'string')
      return weak('has a key without kid, d or x');
    if (PUBLISHED_KEYS.has(d)) return weak(`has a key that everybody knows (${kid})`);
    const purpose = kid.split('-')[0] as string;
    if ((purposeOf.get(d) ?? purpose) !== purpose) return weak(`uses one key for two purposes (${kid})`);
    purposeOf.set(d, purpose);
    // Push services know no other curve, and everything else of ours no second one.
    const curve = purpose === 'push' ? 'P-256' : 'Ed25519';
    try {
      const derived = createPublicKey(createPrivateKey({ key, format: 'jwk' })).export({ format: 'jwk' });
      if (derived.x !== x || derived.y !== y)
        return weak(`has a public part that is not its private part's (${kid})`);
      if (crv !== curve) return weak(`has a key that is not ${curve} (${kid})`);
    } catch {
      return weak(`has a key that is not ${curve} (${kid})`);
    }
  }
  const missing = PURPOSES.filter((purpose) => ![...purposeOf.values()].includes(purpose));
  return missing.length > 0 ? weak(`has no key for ${missing.join(', ')}`) : null;
}

/** Whether a store's URL carries a password that came with an example. */
export function urlWeakness(name: string, url: string | undefined): Weakness | null {
  if (!url || !URL.canParse(url)) return null;
  const { password, username } = new URL(url);
  const plain = decodeURIComponent(password).toLowerCase();
  if (plain === '' || (!EXAMPLE_PASSWORDS.has(plain) && plain !== decodeURIComponent(username).toLowerCase()))
    return null;
  return {
    problem: `${name} has a default password.`,
    remedy: `Give that user a password of its own, and put it into ${name}.`,
  };
}

/** The first weakness of a production environment, or null. */
export function secretsWeakness(env: NodeJS.ProcessEnv): Weakness | null {
  if (!env.HOLDFAST_KEYS)
    return {
      problem: 'HOLDFAST_KEYS is not set.',
      remedy: `Production needs its own signing keys: ${KEYS_REMEDY}`,
    };
  if (!env.HOLDFAST_VAULT_KEYS)
    return {
      problem: 'HOLDFAST_VAULT_KEYS is not set.',
      remedy:
        'Production seals credentials under keys of its own: npm run --silent vault -- key prints one; keep it in your secret store.',
    };
  const stores = ['DATABASE_URL', 'DATABASE_READ_URL', 'REDIS_URL', 'REDIS_ADAPTER_URL', 'REDIS_CACHE_URL'];
  const weak =
    keysWeakness(env.HOLDFAST_KEYS) ??
    stores.map((name) => urlWeakness(name, env[name])).find((found) => found);
  if (weak) return weak;
  const admin = env.HOLDFAST_ADMIN_PASSWORD?.toLowerCase();
  if (admin !== undefined && (EXAMPLE_PASSWORDS.has(admin) || new Set(admin).size < 5))
    return {
      problem: 'HOLDFAST_ADMIN_PASSWORD is one that everybody tries.',
      remedy: 'Use a few words of your own.',
    };
  return null;
}
