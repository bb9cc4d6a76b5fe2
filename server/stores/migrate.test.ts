import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumpSchema } from './catalogue.ts';
import { assertPostgresFit, functionFiles, knownMigrations, MIGRATIONS_DIR, migrate } from './migrate.ts';
import { PlainError } from './plain-error.ts';
import { type TestWorld, testDatabase, testWorld } from './testing.ts';

let world: TestWorld;
const dir = mkdtempSync(join(tmpdir(), 'holdfast-migrate-'));
beforeAll(async () => {
  world = await testWorld();
});
afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true, force: true });
});

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('G1: a test world has a migrated database, a Redis and rows to work on', async () => {
  const event = await world.createEvent({ tiers: [{ quantity: 5 }, {}], drop: { hasLine: true } });
  const [fan] = await world.createUsers(3);
  await world.giveTurn(event, fan!);
  const { rows } = await world.ledger.reads.raw.query('select state, number from ticketing.places');
  expect(rows).toEqual([{ state: 'turn', number: 1 }]);
  expect(await world.gate.set('{d}:x', '1')).toBe('OK');
});

test('G2: from zero equals the committed dump', async () => {
  const dumped = await dumpSchema(world.databaseUrl);
  const committed = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8');
  expect(dumped, 'run npm run schema and commit server/stores/schema.sql').toBe(committed);
});

test('G3: four runners at once: each migration and function is applied once', async () => {
  const empty = await testDatabase();
  const results = await Promise.all([1, 2, 3, 4].map(() => migrate(empty.url)));
  expect(results.flatMap((result) => result.migrations).sort()).toEqual(knownMigrations());
  expect(results.flatMap((result) => result.functions).sort()).toEqual(
    functionFiles().map((file) => file.path),
  );
  expect(await dumpSchema(empty.url)).toBe(await dumpSchema(world.databaseUrl));
  await empty.drop();
});

test('G4: a schema newer than the program is refused', async () => {
  const database = await testDatabase();
  const newer = join(dir, 'newer');
  cpSync(MIGRATIONS_DIR, newer, { recursive: true });
  writeFileSync(join(newer, '9999_from_the_future.sql'), 'create table holdfast.future (id int);');
  await migrate(database.url, { migrations: newer, functions: join(dir, 'none') });
  const refusal = migrate(database.url);
  await expect(refusal).rejects.toBeInstanceOf(PlainError);
  await expect(refusal).rejects.toThrow(/newer than this program: it has 9999_from_the_future/);
  await database.drop();
});

test('G5: a changed function is applied again, an unchanged one is not, a broken one changes nothing', async () => {
  const database = await testDatabase();
  const slice = join(dir, 'functions/slice');
  mkdirSync(slice, { recursive: true });
  const dirs = { migrations: MIGRATIONS_DIR, functions: join(dir, 'functions') };
  const write = (name: string, body: string) => writeFileSync(join(slice, `${name}.function.sql`), body);
  const answer = (value: number) =>
    `create or replace function public.answer() returns int language sql as 'select ${value}';`;

  write('answer', answer(1));
  expect((await migrate(database.url, dirs)).functions).toEqual(['slice/answer.function.sql']);
  expect((await migrate(database.url, dirs)).functions).toEqual([]);
  write('answer', answer(2));
  expect((await migrate(database.url, dirs)).functions).toEqual(['slice/answer.function.sql']);
  expect(await query(database.url, 'select public.answer()')).toEqual([{ answer: 2 }]);

  write('answer', answer(3));
  write(
    'broken',
    'create or replace function public.broken() returns int language sql as $$ select nonsense $$;',
  );
  await expect(migrate(database.url, dirs)).rejects.toThrow(/slice\/broken\.function\.sql: .*nonsense/);
  expect(await query(database.url, 'select public.answer()')).toEqual([{ answer: 2 }]);
  await database.drop();
});

test('G6: an old Postgres and one that acknowledges too early are refused', async () => {
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await assertPostgresFit(client);
  for (const value of ['off', 'local']) {
    await client.query(`set synchronous_commit = ${value}`);
    await expect(assertPostgresFit(client)).rejects.toThrow(/ALTER SYSTEM SET synchronous_commit = on/);
  }
  await client.query('reset synchronous_commit');
  const old = { query: async () => ({ rows: [{ version: 140_012, synchronousCommit: 'on' }] }) };
  await expect(assertPostgresFit(old as unknown as pg.Client)).rejects.toThrow(/Postgres 14 is too old/);
  await client.end();
  await database.drop();
});

test('G19: an unreachable database and a wrong password are told plainly', async () => {
  const url = new URL(world.databaseUrl);
  url.password = 'wrong';
  await expect(migrate(url.href)).rejects.toThrow(/refuses: password authentication failed/);
  url.port = '1';
  await expect(migrate(url.href)).rejects.toThrow(/No Postgres answers at 127\.0\.0\.1:1/);
});
