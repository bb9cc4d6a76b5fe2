import { afterAll, beforeAll, expect, test } from 'vitest';
import { isReceiptGenuine, parseReceipt } from '../protocol/index.ts';
import type { Pool } from '../stores/index.ts';
import { createJoin } from './join.ts';
import { signReceipts } from './receipt.ts';
import { type LineWorld, lineWorld } from './testing.ts';

let world: LineWorld;
beforeAll(async () => {
  world = await lineWorld();
});
afterAll(() => world.close());

const count = async (dropId: string) =>
  (
    await world.sql<{ n: number }>('select count(*)::int as n from ticketing.places where drop_id = $1', [
      dropId,
    ])
  )[0]!.n;

test('Q3 Q5: lobby places are committed without numbers, later ones get the next number', async () => {
  const drop = await world.lobby();
  const [first, second] = await world.createUsers(2);
  const lobby = await world.queue.join(drop.dropId, first!);
  expect(lobby).toMatchObject({ ok: true, value: { number: null, state: 'waiting' } });
  expect(await count(drop.dropId)).toBe(1);
  await world.openUp(drop.dropId);
  expect(await world.queue.join(drop.dropId, second!)).toMatchObject({ ok: true, value: { number: 2 } });
});

test('Q5 Q6: 400 fans joining twice from two processes get one place each, numbered densely in commit order', async () => {
  const drop = await world.createEvent({ drop: { phase: 'live', hasLine: true } });
  const users = await world.createUsers(400);
  const answers = await Promise.all(
    users.flatMap((user) => [world.queue.join(drop.dropId, user), world.other.join(drop.dropId, user)]),
  );
  expect(answers.every((a) => a.ok)).toBe(true);
  const rows = await world.sql<{ number: number; ahead: number }>(
    `select number, row_number() over (order by joined_at, number)::int as ahead from ticketing.places where drop_id = $1 order by number`,
    [drop.dropId],
  );
  expect(rows.map((r) => r.number)).toEqual(users.map((_, i) => i + 1));
  // Served order is joined order: nobody overtook.
  expect(rows.every((r) => r.ahead === r.number)).toBe(true);
  for (let i = 0; i < answers.length; i += 2)
    expect(answers[i]!.ok && answers[i + 1]!.ok && answers[i]).toMatchObject({
      value: { placeId: (answers[i + 1] as { value: { placeId: string } }).value.placeId },
    });
});

test.each([
  ['scheduled', true, 'NOT_OPEN'],
  ['ended', true, 'NOT_OPEN'],
  ['canceled', true, 'NOT_OPEN'],
  ['live', false, 'INVALID_STATE'],
] as const)('Q4: joining a drop that is %s (line: %s) is %s', async (phase, hasLine, code) => {
  const drop = await world.createEvent({ drop: { phase, hasLine } });
  expect(await world.queue.join(drop.dropId, (await world.createUser()).id)).toMatchObject({
    ok: false,
    error: { code },
  });
});

test('Q4: unknown drops and accounts, and a limit that is bought', async () => {
  const { id } = await world.createUser();
  expect(await world.queue.join(world.ids.next(), id)).toMatchObject({
    ok: false,
    error: { code: 'NOT_FOUND' },
  });
  const drop = await world.createEvent({ drop: { phase: 'paused', hasLine: true, limitPerFan: 2 } });
  expect(await world.queue.join(drop.dropId, world.ids.next())).toMatchObject({
    ok: false,
    error: { code: 'UNAUTHENTICATED' },
  });
  await world.sql('insert into ticketing.fans (drop_id, user_id, bought) values ($1, $2, 2)', [
    drop.dropId,
    id,
  ]);
  expect(await world.queue.join(drop.dropId, id)).toMatchObject({
    ok: false,
    error: { code: 'LIMIT_EXCEEDED' },
  });
  // One bad row spoils nobody else's join.
  const fine = await world.createUsers(3);
  const all = await Promise.all([id, ...fine].map((user) => world.queue.join(drop.dropId, user)));
  expect(all.map((a) => a.ok)).toEqual([false, true, true, true]);
});

/** The ledger's pool, whose answers to joins are lost `lost` times after the commit. */
function losingAnswers(pool: Pool, lost: number): Pool {
  let left = lost;
  return {
    ...pool,
    async all<Row>(s: Parameters<Pool['all']>[0], values?: readonly unknown[]) {
      const rows = await pool.all<Row>(s, values);
      if (s.text.includes('join_batch') && left-- > 0) throw new Error('Connection terminated unexpectedly');
      return rows;
    },
  };
}

test('Q7 Q6: joins whose answers were lost are repeated into the same places', async () => {
  const drop = await world.createEvent({ drop: { phase: 'live', hasLine: true } });
  const users = await world.createUsers(50);
  const { join } = createJoin({ ...world, pool: losingAnswers(world.ledger.holds, 3) });
  const answers = await Promise.all(users.map((user) => join(drop.dropId, user)));
  expect(answers.every((a) => a.ok)).toBe(true);
  expect(await count(drop.dropId)).toBe(50);
  expect(
    await world.sql('select last_number, joined from ticketing.lines where drop_id = $1', [drop.dropId]),
  ).toEqual([{ last_number: 50, joined: 50 }]);
});

test('Q7 Q3: with the ledger away nobody hears yes, and everybody is asked to come back', async () => {
  const drop = await world.lobby();
  const away: Pool = { ...world.ledger.holds, all: () => Promise.reject(new Error('connect ECONNREFUSED')) };
  const { join } = createJoin({ ...world, pool: away, retryForMs: 50 });
  expect(await join(drop.dropId, (await world.createUser()).id)).toMatchObject({
    ok: false,
    error: { code: 'TEMPORARILY_UNAVAILABLE', details: { retryAfterMs: 1000 } },
  });
});

test('Q7 Q3: backends killed under a storm of joins lose no answered place', async () => {
  const drop = await world.lobby();
  const users = await world.createUsers(2_000);
  const answers: Awaited<ReturnType<typeof world.queue.join>>[] = [];
  let killed = 0;
  for (let i = 0; i < users.length; i += 100) {
    const wave = users.slice(i, i + 100).map((user) => world.queue.join(drop.dropId, user));
    const victims = await world.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'holdfast-holds' and datname = current_database()`,
    );
    killed += victims.length;
    answers.push(...(await Promise.all(wave)));
  }
  expect(killed).toBeGreaterThan(5);
  const told = answers.flatMap((a) => (a.ok ? [a.value.placeId] : []));
  const found = await world.sql('select id from ticketing.places where id = any ($1)', [told]);
  expect(found).toHaveLength(told.length);
  expect(told.length).toBeGreaterThan(1_000);
});

test('Q8: leaving ends the place, leaving twice is fine, joining again gives a new place', async () => {
  const drop = await world.createEvent({ drop: { phase: 'live', hasLine: true } });
  const { id } = await world.createUser();
  const first = await world.queue.join(drop.dropId, id);
  expect(await world.queue.leave(drop.dropId, id)).toEqual({ ok: true, value: { state: 'left' } });
  expect(await world.queue.leave(drop.dropId, id)).toEqual({ ok: true, value: { state: null } });
  expect(await world.queue.leave(world.ids.next(), id)).toMatchObject({
    ok: false,
    error: { code: 'NOT_FOUND' },
  });
  const second = await world.queue.join(drop.dropId, id);
  expect([first, second]).toMatchObject([{ value: { number: 1 } }, { value: { number: 2 } }]);
});

test('Q9: receipts of any batch size verify, and one flipped byte anywhere is found out', async () => {
  const verify = async (kid: string, signed: Uint8Array, signature: Uint8Array) =>
    world.keys.verify('receipt', kid, signed, signature);
  const secretHash = Buffer.alloc(32, 7);
  for (const size of [1, 2, 3, 5, 8, 13]) {
    const leaves = Array.from({ length: size }, (_, i) => ({
      placeId: world.ids.next(),
      commitment: Buffer.alloc(32, i),
      joinedAtMicros: 1_700_000_000_000_000 + i,
    }));
    for (const receipt of signReceipts(world.keys, world.ids.next(), secretHash, leaves))
      expect(await isReceiptGenuine(parseReceipt(receipt), verify)).toBe(true);
  }
  const joined = await world.queue.join((await world.lobby()).dropId, (await world.createUser()).id);
  if (!joined.ok) throw new Error(joined.error.code);
  const { receipt } = joined.value;
  for (let at = 0; at < receipt.length; at += 7) {
    const flipped = receipt.slice(0, at) + (receipt[at] === 'A' ? 'B' : 'A') + receipt.slice(at + 1);
    const genuine = await Promise.resolve()
      .then(() => isReceiptGenuine(parseReceipt(flipped), verify))
      .catch(() => false);
    // The last character of a piece of base64url may spell the same bytes in two ways.
    const same = receipt[at + 1] === '.' || receipt[at + 1] === '~' || at === receipt.length - 1;
    if (!same) expect(genuine, `character ${at}`).toBe(false);
  }
});
