import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createVault, generateVaultKey, loadVaultKeys, readVaultKeys, VaultError } from './index.ts';

const place = {
  table: 'payments.method_credentials',
  row: '01890000-0000-7000-8000-000000000001',
  field: 'secret_key',
};
const keysOf = (text: string) => {
  const keys = readVaultKeys(text);
  if (!Array.isArray(keys)) throw new Error(keys.problem);
  return keys;
};
const SECRET = 'sk_test_NobodyShouldSeeThis';
const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64');

test('P30: what is sealed opens to the very same text, and does not hold it', () => {
  const vault = createVault(keysOf(generateVaultKey()));
  for (const secret of [SECRET, '', 'ünïcode 💶', 'x'.repeat(10_000)]) {
    const value = vault.seal(place, secret);
    expect(vault.open(place, value)).toBe(secret);
    if (secret.length > 8) expect(value.sealed.includes(secret.slice(0, 8))).toBe(false);
  }
});

test('P31: a value that was moved to another row, field or table does not open there', () => {
  const vault = createVault(keysOf(generateVaultKey()));
  const value = vault.seal(place, SECRET);
  for (const moved of [
    { ...place, row: '01890000-0000-7000-8000-000000000002' },
    { ...place, field: 'webhook_secret' },
    { ...place, table: 'payments.other' },
    { table: `${place.table} ${place.row}`, row: '', field: place.field },
  ])
    expect(() => vault.open(moved, value)).toThrow(VaultError);
  expect(vault.open({ ...place, row: place.row.toUpperCase() }, value)).toBe(SECRET);
});

test('P31: a value of which any byte was changed or cut off does not open, and the error says nothing of it', () => {
  const vault = createVault(keysOf(generateVaultKey()));
  const value = vault.seal(place, SECRET);
  for (let i = 0; i < value.sealed.length; i++) {
    const changed = Buffer.from(value.sealed);
    changed[i] = (changed[i] as number) ^ 1;
    expect(() => vault.open(place, { ...value, sealed: changed })).toThrow('does not authenticate');
  }
  for (const length of [0, 12, 27, value.sealed.length - 1])
    expect(() => vault.open(place, { ...value, sealed: value.sealed.subarray(0, length) })).toThrow(
      VaultError,
    );
  try {
    vault.open(place, { keyId: 'gone', sealed: value.sealed });
  } catch (err) {
    expect((err as Error).message).toBe(`no such key: ${place.table} ${place.row} secret_key under key gone`);
  }
});

test('P32: the first key seals, all of them open; a value names its key, and no nonce comes twice', () => {
  const [older, newer] = [generateVaultKey(), generateVaultKey()];
  const before = createVault(keysOf(older));
  const after = createVault(keysOf(`${newer},${older}`));
  const old = before.seal(place, SECRET);
  expect(after.open(place, old)).toBe(SECRET);
  expect(after.seal(place, SECRET).keyId).toBe(newer.split(':')[0]);
  expect(() => before.open(place, after.seal(place, SECRET))).toThrow('no such key');
  // A key under another's name is not that key.
  expect(() => after.open(place, { ...old, keyId: after.firstKeyId })).toThrow('does not authenticate');
  const nonces = new Set(
    Array.from({ length: 2_000 }, () => after.seal(place, SECRET).sealed.subarray(0, 12).toString('hex')),
  );
  expect(nonces.size).toBe(2_000);
});

const good = base64(randomBytes(32));
test.each<[string, string]>([
  ['nothing', ''],
  ['no id', good],
  ['an id with a space', `a b:${good}`],
  ['too few bytes', `a:${base64(randomBytes(31))}`],
  ['too many bytes', `a:${base64(randomBytes(33))}`],
  ['no base64', `a:${'*'.repeat(44)}`],
  ['base64 with more behind it', `a:${good}AAAA`],
  ['zeros', `a:${base64(Buffer.alloc(32))}`],
  ['counting up', `a:${base64(Buffer.from(Array.from({ length: 32 }, (_, i) => i)))}`],
  ['a pattern', `a:${base64(Buffer.from('0102030405060708'.repeat(4), 'hex'))}`],
  ['typed text', `a:${base64('correct horse battery staple 123')}`],
  ['one id twice', `a:${good},a:${base64(randomBytes(32))}`],
  ['one key under two ids', `a:${good},b:${good}`],
  ['an empty entry', `a:${good},`],
])('P33: a setting with %s is refused, without repeating it', (_what, text) => {
  const read = readVaultKeys(text);
  expect(read).toMatchObject({ problem: expect.stringContaining('HOLDFAST_VAULT_KEYS') });
  const { problem, remedy } = read as { problem: string; remedy: string };
  expect(remedy).toContain('npm run --silent vault -- key');
  for (const part of text.split(/[:,]/)) if (part.length > 8) expect(problem).not.toContain(part);
  expect(() => loadVaultKeys({ vaultKeys: text, dataDir: '/nowhere' })).toThrow('HOLDFAST_VAULT_KEYS');
});

test('P33: development makes a key once, readable by its owner only; generated keys are good ones', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-vault-'));
  const [first] = loadVaultKeys({ vaultKeys: undefined, dataDir });
  const file = join(dataDir, 'keys', 'vault.keys');
  expect(existsSync(file)).toBe(true);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(loadVaultKeys({ vaultKeys: undefined, dataDir })).toEqual([first]);
  expect(readFileSync(file, 'utf8')).toContain(`${first?.id}:`);
  for (let i = 0; i < 500; i++) expect(keysOf(generateVaultKey())).toHaveLength(1);
});
