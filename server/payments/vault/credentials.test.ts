import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { statement } from '../../stores/index.ts';
import { type TestWorld, testWorld } from '../../stores/testing.ts';
import { accountOf, credentials, granted, manageOver, vaultOf } from '../methods/testing.ts';
import { generateVaultKey, putCredentials, readCredentials, rotateCredentials } from './index.ts';

const PROGRAM = fileURLToPath(new URL('../../../scripts/vault.mjs', import.meta.url));
// The command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

let world: TestWorld;
const [older, newer] = [generateVaultKey(), generateVaultKey()];
const before = vaultOf(older);
const after = vaultOf(`${newer},${older}`);
const alone = vaultOf(newer);

beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());
beforeEach(() => sql('delete from payments.method_credentials'));

const sql = <Row>(text: string, values: unknown[] = []) =>
  world.ledger.reads.all<Row>(statement('test', text), values);
const underKey = () =>
  sql<{ key_id: string; n: number }>(
    'select key_id, count(*)::int as n from payments.method_credentials group by 1 order by 1',
  );
async function made(count: number, vault = before): Promise<string[]> {
  const vendor = await accountOf(world);
  const { eventId } = await world.createEvent({ vendorId: vendor.id });
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const body = { provider: 'stripe' as const, credentials: credentials(`w${i}`) };
    ids.push(granted(await manageOver(world, vault).add(vendor, eventId, body)).id);
  }
  return ids;
}
const secretOf = async (id: string, vault = alone) =>
  (await readCredentials(world.ledger.reads, vault, id))?.secretKey;

test('P30: no row of the whole database holds a credential, nor does the answer to its vendor', async () => {
  const [id] = await made(1);
  const tables = await sql<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  const { secretKey, webhookSecret } = credentials('w0');
  for (const secret of [secretKey, webhookSecret]) {
    const hex = Buffer.from(secret).toString('hex');
    for (const { name } of tables)
      expect(
        await sql(
          `select 1 from ${name} t where t::text like '%' || $1 || '%' or t::text like '%' || $2 || '%' limit 1`,
          [secret, hex],
        ),
        name,
      ).toEqual([]);
  }
  expect(await secretOf(id!, before)).toBe(secretKey);
});

test('P31: a row’s ciphertext copied to another way opens nothing there', async () => {
  const [mine, theirs] = await made(2);
  await sql(
    `update payments.method_credentials t set sealed = s.sealed from payments.method_credentials s
      where t.method_id = $1 and s.method_id = $2 and s.field = t.field`,
    [theirs, mine],
  );
  await expect(secretOf(theirs!, before)).rejects.toThrow('does not authenticate');
});

test('P34: rotation seals all anew under the first key; a dry run nothing; a second run finds nothing to do', async () => {
  const ids = await made(3);
  expect(await rotateCredentials(world.ledger.reads, after, { dryRun: true })).toEqual({
    resealed: 6,
    overtaken: 0,
    unreadable: [],
  });
  expect(await underKey()).toEqual([{ key_id: before.firstKeyId, n: 6 }]);
  expect((await rotateCredentials(world.ledger.reads, after)).resealed).toBe(6);
  expect(await underKey()).toEqual([{ key_id: after.firstKeyId, n: 6 }]);
  // The old key is no longer needed.
  for (const [i, id] of ids.entries()) expect(await secretOf(id)).toBe(credentials(`w${i}`).secretKey);
  expect((await rotateCredentials(world.ledger.reads, after)).resealed).toBe(0);
});

test('P34: interrupted it goes on where it was; what a server writes meanwhile is kept', async () => {
  const ids = await made(3);
  let left = 2;
  const dying = {
    ...world.ledger.reads,
    one: async (...args: Parameters<typeof world.ledger.reads.one>) => {
      if (left-- === 0) throw new Error('killed');
      return world.ledger.reads.one(...args);
    },
  } as typeof world.ledger.reads;
  await expect(rotateCredentials(dying, after)).rejects.toThrow('killed');
  expect((await underKey()).map((row) => row.n).sort()).toEqual([2, 4]);
  let written = false;
  const racing = {
    ...world.ledger.reads,
    one: async (...args: Parameters<typeof world.ledger.reads.one>) => {
      // Between the rotation's look and its write, new credentials come in, still under the older key.
      if (!written) {
        written = true;
        await putCredentials(world.ledger.reads, before, ids[2]!, credentials('fresh'));
        await putCredentials(world.ledger.reads, before, ids[1]!, credentials('fresh'));
      }
      return world.ledger.reads.one(...args);
    },
  } as typeof world.ledger.reads;
  expect((await rotateCredentials(racing, after)).overtaken).toBeGreaterThan(0);
  expect((await rotateCredentials(world.ledger.reads, after)).unreadable).toEqual([]);
  expect(await secretOf(ids[2]!)).toBe(credentials('fresh').secretKey);
  expect(await secretOf(ids[0]!)).toBe(credentials('w0').secretKey);
});

test('P35: the command shows, rotates, names what does not open, and never a secret', async () => {
  await made(1);
  const vault = (args: string[], keys: string) => {
    const done = spawnSync(process.execPath, [PROGRAM, ...args], {
      encoding: 'utf8',
      env: {
        ...process.env,
        DATABASE_URL: world.databaseUrl,
        HOLDFAST_DATA: world.dir,
        HOLDFAST_VAULT_KEYS: keys,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const text of [done.stdout, done.stderr])
      for (const hidden of [
        ...Object.values(credentials('w0')),
        ...keys.split(/[:,]/).filter((part) => part.length > 20),
      ])
        expect(text).not.toContain(hidden);
    return { code: done.status, out: done.stdout, err: done.stderr };
  };
  const lost = vault(['rotate'], newer);
  expect(lost.code).toBe(1);
  expect(lost.err).toContain('no such key');
  expect(vault(['status'], newer)).toMatchObject({
    code: 1,
    out: expect.stringContaining('THIS KEY IS MISSING'),
  });
  expect(vault(['rotate'], `${newer},${older}`)).toMatchObject({
    code: 0,
    out: expect.stringContaining('2 secrets are sealed anew'),
  });
  expect(vault(['status'], `${newer},${older}`)).toMatchObject({
    code: 0,
    out: expect.stringContaining('no longer needed'),
  });
  expect(vault(['rotate'], 'weak:AAAA')).toMatchObject({ code: 2 });
});
