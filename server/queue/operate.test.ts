import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventSeed } from '../stores/testing.ts';
import { roundTime } from './beacon.ts';
import { type LineWorld, lineWorld } from './testing.ts';

let world: LineWorld;
beforeAll(async () => {
  world = await lineWorld();
});
afterAll(() => world.close());

async function live(fans = 3, drop: EventSeed['drop'] = {}, quantity = 1_000) {
  const event = await world.createEvent({
    tiers: [{ quantity }],
    drop: { phase: 'live', hasLine: true, ...drop },
  });
  const users = await world.createUsers(fans);
  for (const user of users) await world.queue.join(event.dropId, user);
  return { ...event, users, vendor: { id: event.vendorId, role: 'vendor' as const } };
}
const operator = async () => ({ id: (await world.createUser('operator')).id, role: 'operator' as const });
const phase = async (dropId: string) => (await world.queue.step(dropId))!.phase;
const hold = (drop: { dropId: string; tierIds: string[] }, quantity: number) => ({
  dropId: drop.dropId,
  requestId: world.ids.next(),
  items: [{ tierId: drop.tierIds[0]!, quantity }],
});

test('Q26: held to the last unit is sold out, a unit that comes back makes it live and calls on', async () => {
  const drop = await live(3, { maxTurns: 1 }, 2);
  await world.queue.step(drop.dropId);
  await world.queue.claim(drop.dropId, drop.users[0]!);
  const held = await world.holds.place(drop.users[0]!, hold(drop, 2));
  if (!held.ok) throw new Error(held.error.code);
  await world.queue.leave(drop.dropId, drop.users[0]!);
  expect(await world.queue.step(drop.dropId)).toMatchObject({ phase: 'sold_out', called: [] });
  expect(await world.queue.stateOf(drop.dropId)).toMatchObject({ phase: 'sold_out' });
  // Still a line one can join.
  expect(await world.queue.join(drop.dropId, (await world.createUser()).id)).toMatchObject({
    value: { number: 4 },
  });
  await world.holds.release(drop.users[0]!, held.value.id);
  const back = await world.queue.step(drop.dropId);
  expect(back).toMatchObject({ phase: 'live' });
  expect([...back!.called, ...(await world.queue.step(drop.dropId))!.called]).toMatchObject([{ number: 2 }]);
});

test.each([
  ['its end', `update ticketing.drops set ends_at = now() where id = $1`],
  [
    'the event starting',
    `update events.events set start_at = now() where id = (select event_id from ticketing.drops where id = $1)`,
  ],
  [
    'all being issued',
    `update ticketing.ticket_tiers set issued_quantity = quantity where event_id = (select event_id from ticketing.drops where id = $1)`,
  ],
])('Q27: a sale ends with %s, and open calls and turns with it', async (_name, sql) => {
  const drop = await live(4, { maxTurns: 2 });
  await world.queue.step(drop.dropId);
  await world.queue.claim(drop.dropId, drop.users[0]!);
  await world.sql(sql, [drop.dropId]);
  expect(await phase(drop.dropId)).toBe('ended');
  const states = await world.sql<{ state: string }>(
    'select state from ticketing.places where drop_id = $1 order by number',
    [drop.dropId],
  );
  expect(states.map((s) => s.state)).toEqual(['expired', 'expired', 'waiting', 'waiting']);
  expect(await world.queue.claim(drop.dropId, drop.users[2]!)).toMatchObject({ error: { code: 'NOT_OPEN' } });
  expect(await world.holds.place(drop.users[0]!, hold(drop, 1))).toMatchObject({
    error: { code: 'NOT_OPEN' },
  });
});

test('Q28 Q29: a pause stops calls, claims, holds and every clock; resuming gives its length back', async () => {
  const drop = await live(4, { maxTurns: 2, turnSeconds: 30, claimSeconds: 20, holdSeconds: 40 });
  const [first, second, third] = drop.users as [string, string, string];
  await world.queue.step(drop.dropId);
  await world.queue.claim(drop.dropId, first);
  const held = await world.holds.place(first, hold(drop, 1));
  if (!held.ok) throw new Error(held.error.code);
  const clocks = () =>
    world.sql<{ turn: number; call: number; hold: number; items: number; fan: number }>(
      `select max(extract(epoch from p.turn_expires_at))::float8 as turn, (max(extract(epoch from p.claim_by)) filter (where p.state = 'called'))::float8 as call,
         (select extract(epoch from expires_at)::float8 from ticketing.holds h where h.drop_id = $1) as hold,
         (select extract(epoch from i.expires_at)::float8 from ticketing.ticket_holds i join ticketing.holds h on h.id = i.hold_id where h.drop_id = $1) as items,
         (select extract(epoch from turn_expires_at)::float8 from ticketing.fans f where f.drop_id = $1 and turn_expires_at is not null) as fan
       from ticketing.places p where p.drop_id = $1`,
      [drop.dropId],
    );
  const [before] = await clocks();
  expect(await world.queue.pause(drop.vendor, drop.dropId, 'the queue outside')).toMatchObject({
    value: { phase: 'paused', pauseReason: 'the queue outside' },
  });
  // An hour goes by.
  await world.sql(`update ticketing.drops set paused_at = paused_at - interval '1 h' where id = $1`, [
    drop.dropId,
  ]);
  await world.sql(
    `with p as (update ticketing.places set turn_expires_at = turn_expires_at - interval '1 h', claim_by = claim_by - interval '1 h' where drop_id = $1),
       f as (update ticketing.fans set turn_expires_at = turn_expires_at - interval '1 h' where drop_id = $1),
       i as (update ticketing.ticket_holds set expires_at = expires_at - interval '1 h' where user_id = $2)
     update ticketing.holds set expires_at = expires_at - interval '1 h' where drop_id = $1`,
    [drop.dropId, first],
  );
  expect(await world.queue.step(drop.dropId)).toMatchObject({
    phase: 'paused',
    called: [],
    lapsed: [],
    expired: [],
  });
  expect(await world.queue.claim(drop.dropId, second)).toMatchObject({ error: { code: 'DROP_PAUSED' } });
  expect(await world.holds.place(first, hold(drop, 1))).toMatchObject({ error: { code: 'DROP_PAUSED' } });
  expect(await world.queue.join(drop.dropId, (await world.createUser()).id)).toMatchObject({
    value: { number: 5 },
  });
  expect(await world.queue.leave(drop.dropId, third)).toMatchObject({ value: { state: 'left' } });

  expect(await world.queue.resume(drop.vendor, drop.dropId)).toMatchObject({ value: { phase: 'live' } });
  const [after] = await clocks();
  for (const key of ['turn', 'call', 'hold', 'items', 'fan'] as const)
    expect(Math.abs(after![key] - before![key])).toBeLessThan(5);
  expect(after!.turn).toBe(after!.fan);
  expect(await world.queue.claim(drop.dropId, second)).toMatchObject({ ok: true });
  expect(await world.holds.place(first, hold(drop, 1))).toMatchObject({ ok: true });
  expect(
    await world.sql(
      'select action, reason, actor_user_id from ticketing.drop_log where drop_id = $1 order by id',
      [drop.dropId],
    ),
  ).toEqual([
    { action: 'pause', reason: 'the queue outside', actor_user_id: drop.vendorId },
    { action: 'resume', reason: null, actor_user_id: drop.vendorId },
  ]);
});

test('Q28: what had run out before the pause stays run out', async () => {
  const drop = await live(3, { maxTurns: 1 });
  await world.queue.step(drop.dropId);
  await world.sql(
    `update ticketing.places set claim_by = now() - interval '1 min' where drop_id = $1 and state = 'called'`,
    [drop.dropId],
  );
  await world.queue.pause(drop.vendor, drop.dropId, 'a look');
  expect(await world.queue.step(drop.dropId)).toMatchObject({ lapsed: [{ number: 1 }], called: [] });
  expect(await world.queue.pause(drop.vendor, drop.dropId, 'again')).toMatchObject({
    error: { code: 'INVALID_STATE' },
  });
  expect((await world.queue.resume(drop.vendor, drop.dropId)).ok).toBe(true);
  expect(await world.queue.resume(drop.vendor, drop.dropId)).toMatchObject({
    error: { code: 'INVALID_STATE' },
  });
});

test('Q30: to fans and other vendors the controls do not exist; operators have them all', async () => {
  const drop = await live();
  const fan = { id: drop.users[0]!, role: 'user' as const };
  const rival = { id: (await world.createUser('vendor')).id, role: 'vendor' as const };
  for (const actor of [fan, rival, { id: drop.vendorId, role: 'user' as const }]) {
    const refused = [
      await world.queue.pause(actor, drop.dropId, 'no'),
      await world.queue.resume(actor, drop.dropId),
      await world.queue.end(actor, drop.dropId),
      await world.queue.cancel(actor, drop.dropId),
      await world.queue.change(actor, drop.dropId, { maxTurns: 1 }),
    ];
    for (const result of refused) expect(result).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  }
  const boss = await operator();
  expect(await world.queue.cancel(boss, drop.dropId, 'the band is ill')).toMatchObject({
    value: { phase: 'canceled' },
  });
  expect(await world.queue.end(boss, drop.dropId)).toMatchObject({ error: { code: 'INVALID_STATE' } });
  expect(
    await world.sql('select action, reason from ticketing.drop_log where drop_id = $1', [drop.dropId]),
  ).toEqual([{ action: 'cancel', reason: 'the band is ill' }]);
});

test('Q30: cap, rate and times change within reason, and the log has before and after', async () => {
  const drop = await live(6, { maxTurns: 1 });
  await world.queue.step(drop.dropId);
  expect(
    await world.queue.change(drop.vendor, drop.dropId, { maxTurns: 3, reason: 'all is calm' }),
  ).toMatchObject({
    value: { maxTurns: 3 },
  });
  expect((await world.queue.step(drop.dropId))!.called).toHaveLength(2);
  await world.queue.change(drop.vendor, drop.dropId, { maxTurns: 3 });
  expect(
    await world.sql('select action, reason, before, after from ticketing.drop_log where drop_id = $1', [
      drop.dropId,
    ]),
  ).toEqual([{ action: 'change', reason: 'all is calm', before: { maxTurns: 1 }, after: { maxTurns: 3 } }]);
  const soon = new Date(world.clock.now() + 60_000);
  const past = new Date(world.clock.now() - 60_000);
  expect(await world.queue.change(drop.vendor, drop.dropId, { opensAt: soon })).toMatchObject({
    error: { code: 'INVALID_STATE' },
  });
  expect(await world.queue.change(drop.vendor, drop.dropId, { endsAt: past })).toMatchObject({
    error: { code: 'INVALID_REQUEST', details: { field: 'endsAt' } },
  });
  const lobby = await world.lobby();
  const vendor = { id: lobby.vendorId, role: 'vendor' as const };
  expect(await world.queue.change(vendor, lobby.dropId, { opensAt: past })).toMatchObject({
    error: { code: 'INVALID_REQUEST' },
  });
  const afterTheShow = new Date(world.clock.now() + 400 * 86_400_000);
  expect(await world.queue.change(vendor, lobby.dropId, { opensAt: afterTheShow })).toMatchObject({
    error: { code: 'INVALID_REQUEST', details: { field: 'opensAt' } },
  });
  const opensAt = new Date(world.clock.now() + 120_000);
  expect(await world.queue.change(vendor, lobby.dropId, { opensAt, endsAt: soon })).toMatchObject({
    error: { code: 'INVALID_REQUEST', details: { field: 'endsAt' } },
  });
  expect(await world.queue.change(vendor, lobby.dropId, { opensAt: soon })).toMatchObject({
    value: { opensAt: soon.toISOString() },
  });
  expect(
    (await world.sql('select action from ticketing.drop_log where drop_id = $1', [lobby.dropId]))[0],
  ).toEqual({ action: 'reschedule' });
});

test('Q35 Q30: an opening moved past the beacon’s round fixes a later one, on record', async () => {
  const beacon = { source: 'drand:test', genesisMs: 0, periodMs: 30_000, fetch: async () => null };
  const queue = world.make({ beacon });
  const drop = await world.lobby();
  await world.sql(`update ticketing.drops set beacon_source = 'drand:test', beacon_round = 7 where id = $1`, [
    drop.dropId,
  ]);
  const opensAt = new Date(world.clock.now() + 3_600_000);
  await queue.change({ id: drop.vendorId, role: 'vendor' }, drop.dropId, { opensAt, reason: 'rain' });
  const draw = await queue.drawOf(drop.dropId);
  if (!draw.ok) throw new Error(draw.error.code);
  expect(roundTime(beacon, draw.value.beacon!.round)).toBeGreaterThan(opensAt.getTime());
  expect(draw.value.beaconChanges).toMatchObject([{ from: 7, to: draw.value.beacon!.round, reason: 'rain' }]);
});

test('Q2: a lobby opens at its time, and a sale without a line goes live at its own', async () => {
  const drop = await world.createEvent({
    drop: { phase: 'scheduled', hasLine: true, lobbyOpensAt: new Date(world.clock.now() - 1000) },
  });
  expect(await phase(drop.dropId)).toBe('lobby');
  const plain = await world.createEvent({
    drop: { phase: 'scheduled', hasLine: false, opensAt: new Date(world.clock.now() - 1000) },
  });
  expect(await phase(plain.dropId)).toBe('live');
  const early = await world.createEvent({
    drop: { phase: 'scheduled', hasLine: false, opensAt: new Date(world.clock.now() + 60_000) },
  });
  expect(await phase(early.dropId)).toBe('scheduled');
  // Nobody stepped while the lobby was open: it is drawn all the same.
  const slept = await world.createEvent({
    drop: {
      phase: 'scheduled',
      hasLine: true,
      lobbyOpensAt: new Date(world.clock.now() - 2000),
      opensAt: new Date(world.clock.now() - 1000),
    },
  });
  expect(await phase(slept.dropId)).toBe('live');
});
