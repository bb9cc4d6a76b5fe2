import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../config.ts';
import { generateKeys, keyRingFrom } from '../keys/index.ts';
import { generateVaultKey } from '../payments/vault/index.ts';
import { ERRORS } from '../protocol/index.ts';

const dir = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
const keys = () => generateKeys();
const good = (): Record<string, string> => ({
  NODE_ENV: 'production',
  HOLDFAST_DATA: dir,
  HOLDFAST_KEYS: JSON.stringify(keys()),
  HOLDFAST_VAULT_KEYS: generateVaultKey(),
  HOLDFAST_ORIGINS: 'https://tickets.example',
  DATABASE_URL: 'postgres://holdfast:4fCq9wLx2Rk@db/holdfast',
  REDIS_URL: 'rediss://:u8sdVn2qPz@redis',
});
const changed = (change: (set: ReturnType<typeof generateKeys>) => unknown) => JSON.stringify(change(keys()));
type Set = ReturnType<typeof generateKeys>;
const withFirst = (fields: object) => (set: Set) => ({
  keys: [{ ...set.keys[0], ...fields }, ...set.keys.slice(1)],
});

test('X26: production starts with secrets of its own', () => {
  const config = readConfig(good());
  expect(config.production).toBe(true);
  expect(keyRingFrom(JSON.parse(config.keys as string)).publicJwks().keys).toHaveLength(5);
});

test.each<[string, Record<string, string | undefined>]>([
  ['no keys', { HOLDFAST_KEYS: undefined }],
  ['empty keys', { HOLDFAST_KEYS: '' }],
  ['keys that are no JSON', { HOLDFAST_KEYS: 'not json at all' }],
  ['a JSON null', { HOLDFAST_KEYS: 'null' }],
  ['an empty set', { HOLDFAST_KEYS: '{"keys":[]}' }],
  ['a purpose without key', { HOLDFAST_KEYS: changed((set) => ({ keys: set.keys.slice(1) })) }],
  [
    'one key for two purposes',
    {
      HOLDFAST_KEYS: changed((set) => ({ keys: set.keys.map((key) => ({ ...set.keys[0], kid: key.kid })) })),
    },
  ],
  [
    'the key of RFC 8037',
    {
      HOLDFAST_KEYS: changed(
        withFirst({
          d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
          x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
        }),
      ),
    },
  ],
  [
    'a public part of another key',
    { HOLDFAST_KEYS: changed((set) => withFirst({ x: set.keys[1]?.x })(set)) },
  ],
  ['a key that is none', { HOLDFAST_KEYS: changed(withFirst({ d: 'AAAA' })) }],
  [
    'public keys only',
    { HOLDFAST_KEYS: changed((set) => ({ keys: set.keys.map(({ d: _d, ...key }) => key) })) },
  ],
  ['no vault keys', { HOLDFAST_VAULT_KEYS: undefined }],
  [
    'a vault key that was typed',
    { HOLDFAST_VAULT_KEYS: `k1:${Buffer.from('correct horse battery staple 1234').toString('base64')}` },
  ],
  ['a default database password', { DATABASE_URL: 'postgres://postgres:postgres@db/holdfast' }],
  ['a database password that is the user', { DATABASE_URL: 'postgres://tickets:tickets@db/holdfast' }],
  ['a default Redis password', { REDIS_URL: 'redis://:changeme@redis' }],
  ['a short operator password', { HOLDFAST_ADMIN_PASSWORD: 'short' }],
  ['an operator password of one letter', { HOLDFAST_ADMIN_PASSWORD: 'aaaaaaaaaaaaaaaa' }],
  ['no origins', { HOLDFAST_ORIGINS: undefined }],
])('X26: production refuses %s, with the remedy and without the secret', (_what, env) => {
  let refused: unknown;
  try {
    readConfig({ ...good(), ...env });
  } catch (err) {
    refused = err;
  }
  expect(refused).toBeInstanceOf(ConfigError);
  const { message, remedy } = refused as ConfigError;
  expect(remedy.length).toBeGreaterThan(10);
  for (const value of Object.values(env)) if (value && value.length > 5) expect(message).not.toContain(value);
});

test('X26: development needs none of this', () => {
  expect(
    readConfig({ HOLDFAST_DATA: dir, DATABASE_URL: 'postgres://postgres:postgres@localhost/x' }).production,
  ).toBe(false);
});

test('X27: docs/errors.md and the catalogue say the same, both ways', () => {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \| ([a-z ]+) \| (.+) \|$/gm)];
  const written = Object.fromEntries(
    rows.map(([, code, status, retry, message]) => [
      code,
      { status: Number(status), retry: retry?.replace(' ', '-'), message },
    ]),
  );
  expect(rows).toHaveLength(Object.keys(written).length);
  expect(written).toEqual(ERRORS);
});
