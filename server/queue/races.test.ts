/** Races around the close and the draw, each forced to happen, and with a twin that loses it. */
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../stores/testing.ts';
import { type LineWorld, lineWorld } from './testing.ts';

let world: LineWorld;
beforeAll(async () => {
  world = await lineWorld();
});
afterAll(() => world.close());

async function connection(): Promise<pg.PoolClient> {
  return world.ledger.payments.raw.connect();
}

/** A join that has done its work and not committed yet, holding the shared fence. */
async function joinUncommitted(dropId: string): Promise<pg.PoolClient> {
  const client = await connection();
  const { id } = await world.createUser();
  await client.query('begin');
  const { rows } = await client.query('select code from ticketing.join_batch($1, $2, $3)', [
    dropId,
    [id],
    [world.ids.next()],
  ]);
  expect(rows).toEqual([{ code: 'J' }]);
  return client;
}

async function commit(client: pg.PoolClient): Promise<void> {
  await client.query('commit');
  client.release();
}

const someoneWaits = () =>
  until('a session waits for a fence', async () => {
    const [row] = await world.sql<{ n: number }>(
      `select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    return row!.n > 0;
  });

/** Q10's rejected form: close and read in one statement, whose snapshot is older than the fence it waits for. */
const CLOSE_AND_READ = `
  with fence as materialized (select pg_advisory_xact_lock(lock_key) from ticketing.drops where id = $1),
  closed as (update ticketing.drops set phase = 'drawing' where id = $1 and (select count(*) from fence) = 1 returning id)
  select count(*)::int as n from ticketing.places p join closed c on c.id = p.drop_id`;

test('Q10 Q11: closing and reading in one statement misses a committed join; the close does not', async () => {
  const naive = await world.lobby();
  const early = await joinUncommitted(naive.dropId);
  const reading = world.sql<{ n: number }>(CLOSE_AND_READ, [naive.dropId]);
  await someoneWaits();
  await commit(early);
  // The negative control: one fan was told "yes" and is not in this count.
  expect(await reading).toEqual([{ n: 0 }]);
  expect(
    await world.sql('select count(*)::int as n from ticketing.places where drop_id = $1', [naive.dropId]),
  ).toEqual([{ n: 1 }]);

  const drop = await world.lobby();
  const late = await joinUncommitted(drop.dropId);
  await world.dueNow(drop.dropId);
  const stepping = world.queue.step(drop.dropId);
  await someoneWaits();
  await commit(late);
  expect(await stepping).toMatchObject({ phase: 'live', drawn: true });
  expect(await world.queue.drawOf(drop.dropId)).toMatchObject({ value: { placeCount: 1 } });
  expect(await world.sql('select number from ticketing.places where drop_id = $1', [drop.dropId])).toEqual([
    { number: 1 },
  ]);
});

/** A join that reads the phase before it has the fence, as a single statement would. */
const UNFENCED = `
  create function pg_temp.join_unfenced(p_drop uuid, p_user uuid, p_place uuid) returns text language plpgsql as $$
  declare v_phase text;
  begin
    select phase into v_phase from ticketing.drops where id = p_drop;
    perform pg_sleep(0) from pg_advisory_lock(4711);
    insert into ticketing.places (id, drop_id, user_id, joined_at, commitment, lobby, state)
      values (p_place, p_drop, p_user, now(), sha256('x'), v_phase = 'lobby', 'waiting');
    return v_phase;
  end $$`;

test('Q11: without the fence a join slips into a lobby that was already counted; with it, into the next numbers', async () => {
  const naive = await world.lobby();
  const blocker = await connection();
  await blocker.query('select pg_advisory_lock(4711)');
  const joiner = await connection();
  await joiner.query(UNFENCED);
  const { id } = await world.createUser();
  const slipping = joiner.query('select pg_temp.join_unfenced($1, $2, $3) as phase', [
    naive.dropId,
    id,
    world.ids.next(),
  ]);
  await someoneWaits();
  await world.openUp(naive.dropId);
  await blocker.query('select pg_advisory_unlock(4711)');
  expect((await slipping).rows).toEqual([{ phase: 'lobby' }]);
  expect(await world.queue.drawOf(naive.dropId)).toMatchObject({ value: { placeCount: 0 } });
  // The negative control: in the lobby, by its own account, and never drawn.
  expect(
    await world.sql('select lobby, number from ticketing.places where drop_id = $1', [naive.dropId]),
  ).toEqual([{ lobby: true, number: null }]);
  await joiner.query('select pg_advisory_unlock_all()');
  for (const client of [blocker, joiner]) client.release(true);

  const drop = await world.lobby();
  const fence = await connection();
  await fence.query('begin');
  await fence.query('select pg_advisory_xact_lock(lock_key) from ticketing.drops where id = $1', [
    drop.dropId,
  ]);
  await fence.query(`update ticketing.drops set phase = 'drawing', closed_at = now() where id = $1`, [
    drop.dropId,
  ]);
  const joining = world.queue.join(drop.dropId, id);
  await someoneWaits();
  await commit(fence);
  expect(await joining).toMatchObject({ ok: true, value: { number: null } });
  expect(await world.openUp(drop.dropId)).toMatchObject({ phase: 'live' });
  expect(await world.queue.drawOf(drop.dropId)).toMatchObject({ value: { placeCount: 0 } });
  expect(
    await world.sql('select lobby, number from ticketing.places where drop_id = $1', [drop.dropId]),
  ).toEqual([{ lobby: false, number: 1 }]);
});

test('Q11 Q5 Q16: hundreds of joins racing the close: each answered one is drawn or follows, numbers dense', async () => {
  const drop = await world.lobby();
  const users = await world.createUsers(1_500);
  await world.joinAll(drop.dropId, users.slice(0, 500));
  await world.dueNow(drop.dropId);
  const waves = [500, 700, 900, 1_100, 1_300].map((from) =>
    world.joinAll(drop.dropId, users.slice(from, from + 200)),
  );
  const [, , ...joined] = await Promise.all([
    world.queue.step(drop.dropId),
    world.other.step(drop.dropId),
    ...waves,
  ]);
  await world.openUp(drop.dropId);
  expect(joined.reduce((n, wave) => n + wave.size, 0)).toBe(1_000);
  const rows = await world.sql<{ number: number; lobby: boolean }>(
    'select number, lobby from ticketing.places where drop_id = $1 order by number',
    [drop.dropId],
  );
  expect(rows.map((r) => r.number)).toEqual(users.map((_, i) => i + 1));
  const { placeCount } = ((await world.queue.drawOf(drop.dropId)) as { value: { placeCount: number } }).value;
  expect(rows.map((r) => r.lobby)).toEqual(rows.map((_, i) => i < placeCount));
});

test('Q36 Q15: two workers open, draw and call one line at once, and nothing happens twice', async () => {
  const drop = await world.lobby({ tiers: [{ quantity: 1_000 }], drop: { maxTurns: 25 } });
  await world.joinAll(drop.dropId, await world.createUsers(60));
  await world.dueNow(drop.dropId);
  const steps = await Promise.all(
    Array.from({ length: 12 }, (_, i) => (i % 2 ? world.queue : world.other).step(drop.dropId)),
  );
  const called = steps.flatMap((step) => step?.called ?? []);
  expect(called.map((place) => place.number).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 25 }, (_, i) => i + 1),
  );
  expect(steps.filter((step) => step?.drawn)).toHaveLength(1);
  expect(
    await world.sql('select count(*)::int as n from ticketing.draws where drop_id = $1', [drop.dropId]),
  ).toEqual([{ n: 1 }]);
});

/** Calls without the line's lock: each worker counts free slots in its own snapshot. */
const CALL_UNLOCKED = `
  with room as (select 5 - count(*) as n from ticketing.places where drop_id = $1 and state in ('called', 'turn'))
  update ticketing.places set state = 'called', called_at = now(), claim_by = now() + interval '1 min'
  where id in (select p.id from ticketing.places p where p.drop_id = $1 and p.state = 'waiting' and p.number % 2 = $2
    order by p.number limit (select n from room))`;

test('Q18 Q36: two workers that count slots without the lock exceed the cap; the call does not', async () => {
  const make = async () => {
    const drop = await world.createEvent({ drop: { phase: 'live', hasLine: true, maxTurns: 5 } });
    await world.joinAll(drop.dropId, await world.createUsers(20));
    return drop.dropId;
  };
  const inUse = async (dropId: string) =>
    (
      await world.sql<{ n: number }>(
        `select count(*)::int as n from ticketing.places where drop_id = $1 and state = 'called'`,
        [dropId],
      )
    )[0]!.n;
  const naive = await make();
  const [a, b] = [await connection(), await connection()];
  await a.query('begin');
  await b.query('begin');
  await a.query(CALL_UNLOCKED, [naive, 0]);
  await b.query(CALL_UNLOCKED, [naive, 1]);
  await commit(a);
  await commit(b);
  expect(await inUse(naive)).toBe(10);

  const dropId = await make();
  await Promise.all([world.queue.step(dropId), world.other.step(dropId), world.queue.step(dropId)]);
  expect(await inUse(dropId)).toBe(5);
});
