/** House holds and channels: seats kept for somebody, taken out again, and let go when their time has come (S26 to S30). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holdSeats, seatProblems } from '../checkout/testing-seats.ts';
import { until } from '../stores/testing.ts';
import { createSeating } from './seating.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from './testing.ts';
import { accountOf, type SeatingWorld, seatingWorld } from './testing-sold.ts';

let w: SeatingWorld;
beforeAll(async () => {
  w = await seatingWorld();
});
afterAll(() => w.close());

/** Two rows of ten, A1 to B10: seats 0 to 19; B1 is accessible and B2 its companion's. */
const makeEvent = (over: Parameters<typeof seatEvent>[1] = {}) =>
  seatEvent(w.world, {
    map: hallMap({ rows: 2, seatsPerRow: 10, accessible: true }),
    drop: { limitPerFan: 10 },
    orphanRule: false,
    ...over,
  });
const ids = (event: MadeSeatEvent, ...seats: number[]) => seats.map((seat) => event.seatIds[seat] as string);
const value = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};
const guests = async (event: MadeSeatEvent, over: Record<string, unknown> = {}) =>
  value(await w.seating.channels.create(w.vendorOf(event), event.eventId, { name: 'Guests', ...over }));
const keep = (event: MadeSeatEvent, channel: number, add: number[], remove: number[] = []) =>
  w.seating.channels.keep(w.vendorOf(event), event.eventId, channel, {
    add: ids(event, ...add),
    remove: ids(event, ...remove),
  });
const channelsAt = async (event: MadeSeatEvent, ...seats: number[]) =>
  (
    await w.sql<{ channel: number }>(
      'select channel from ticketing.seats where event_id = $1 and seat = any ($2) order by seat',
      [event.eventId, seats],
    )
  ).map((row) => row.channel);
const fan = async () => (await w.world.createUser()).id;
const place = (event: MadeSeatEvent, userId: string, seats: number[], over: Record<string, unknown> = {}) =>
  w.holds.place(userId, {
    dropId: event.dropId,
    requestId: w.world.ids.next(),
    items: [{ tierId: event.tierIds[0] as string, seatIds: ids(event, ...seats) }],
    ...over,
  });
const inHours = (hours: number) => new Date(w.world.clock.now() + hours * 3_600_000).toISOString();
const makeDue = (event: MadeSeatEvent, channel: number) =>
  w.sql(
    `update ticketing.seat_channels set release_at = now() - interval '1 s' where event_id = $1 and channel = $2`,
    [event.eventId, channel],
  );

describe('making channels', () => {
  test('S26: a channel has a number of its own, and a code of its own in whatever case', async () => {
    const event = await makeEvent();
    const first = await guests(event, { code: 'vip-2026', releaseAt: inHours(5) });
    expect(first).toMatchObject({
      channel: 2,
      name: 'Guests',
      code: 'VIP-2026',
      releasedAt: null,
      seats: 0,
      free: 0,
      runs: [],
    });
    const again = await w.seating.channels.create(w.vendorOf(event), event.eventId, {
      name: 'X',
      code: 'VIP-2026',
    });
    expect(again).toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST', details: { field: 'code' } },
    });
    expect((await guests(event)).channel).toBe(3);
    const late = await w.seating.channels.create(w.vendorOf(event), event.eventId, {
      name: 'Late',
      releaseAt: inHours(-1),
    });
    expect(late).toMatchObject({ ok: false, error: { details: { field: 'releaseAt' } } });
    value(await w.seating.channels.remove(w.vendorOf(event), event.eventId, 2));
    expect((await guests(event, { code: 'vip-2026' })).channel).toBe(4);
    const listed = value(await w.seating.channels.list(w.vendorOf(event), event.eventId));
    expect(listed.map((c) => [c.channel, c.releasedAt === null])).toEqual([
      [3, true],
      [4, true],
      [2, false],
    ]);
  });

  test('S26: of channels made at once each has its number, and of two with one code one is made', async () => {
    const event = await makeEvent();
    const make = (name: string, code?: string) =>
      w.seating.channels.create(w.vendorOf(event), event.eventId, { name, ...(code ? { code } : {}) });
    const made = await Promise.all([
      ...Array.from({ length: 8 }, (_, i) => make(`Channel ${i}`)),
      make('One', 'same'),
      make('Two', 'SAME'),
    ]);
    const numbers = made.flatMap((each) => (each.ok ? [each.value.channel] : []));
    expect(numbers.sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test("S24: another vendor's event has no channels to see or change; an operator sees them", async () => {
    const event = await makeEvent();
    await guests(event);
    const rival = accountOf((await w.world.createUser('vendor')).id, 'vendor');
    const { channels } = w.seating;
    const [seat] = ids(event, 1) as [string];
    for (const refused of [
      await channels.list(rival, event.eventId),
      await channels.create(rival, event.eventId, { name: 'Mine' }),
      await channels.keep(rival, event.eventId, 2, { add: [seat] }),
      await channels.remove(rival, event.eventId, 2),
      await w.seating.seat(rival, event.eventId, seat),
      await channels.list(
        w.vendorOf(event),
        (await w.world.createEvent({ vendorId: event.vendorId })).eventId,
      ),
    ])
      expect(refused).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    const operator = accountOf((await w.world.createUser('operator')).id, 'operator');
    expect(value(await channels.list(operator, event.eventId))).toHaveLength(1);
    expect(await channelsAt(event, 1)).toEqual([0]);
  });
});

describe('keeping seats', () => {
  test('S27, S46: kept seats are for those who name the code, in whatever case, and for nobody else; then for everybody again', async () => {
    const event = await makeEvent();
    const { channel } = await guests(event, { code: 'Sponsor' });
    expect(value(await keep(event, channel, [4, 5, 6, 9]))).toMatchObject({
      seats: 4,
      free: 4,
      runs: [
        [4, 3],
        [9, 1],
      ],
    });
    expect(await w.counters(event)).toEqual([[0, 0, 4]]);
    expect(await place(event, await fan(), [5])).toMatchObject({ ok: false, error: { code: 'SEATS_TAKEN' } });
    const buyer = await fan();
    expect(await place(event, buyer, [5], { channel: 'nonsense' })).toMatchObject({ ok: false });
    expect(await place(event, buyer, [5], { channel: 'SPONSOR' })).toMatchObject({ ok: true });
    expect(await w.counters(event)).toEqual([[1, 0, 3]]);
    expect(value(await keep(event, channel, [], [4, 5])).free).toBe(2);
    expect(await place(event, await fan(), [4])).toMatchObject({ ok: true });
    expect(await channelsAt(event, 4, 5, 6, 9)).toEqual([0, 0, channel, channel]);
    expect(await w.counters(event)).toEqual([[2, 0, 2]]);
    expect(await seatProblems(w.checkoutWorld, event)).toEqual([]);
  });

  test('S27: seats that are held or sold are refused by name, and none of the others is kept', async () => {
    const event = await makeEvent();
    const { channel } = await guests(event);
    await w.sell(event, [2]);
    await holdSeats(w.checkoutWorld, event, await fan(), [3]);
    const refused = await keep(event, channel, [1, 2, 3, 4]);
    expect(refused).toMatchObject({ ok: false, error: { code: 'SEATS_TAKEN' } });
    const { seats } = (refused as unknown as { error: { details: { seats: unknown[] } } }).error.details;
    expect(seats).toEqual([
      { id: event.seatIds[2], section: 'Section A', row: 'A', label: '3' },
      { id: event.seatIds[3], section: 'Section A', row: 'A', label: '4' },
    ]);
    expect(await channelsAt(event, 1, 2, 3, 4)).toEqual([0, 0, 0, 0]);
    expect(await w.counters(event)).toEqual([[1, 1, 0]]);
  });

  test('S27: a seat of another map, one that is not on sale, one that is not in the channel: nothing changes', async () => {
    const event = await makeEvent({ assignment: { rows: { 'a/A': '0' } } });
    const other = await makeEvent();
    const { channel } = await guests(event);
    const { channels } = w.seating;
    const change = (body: { add?: string[]; remove?: string[] }, number = channel) =>
      channels.keep(w.vendorOf(event), event.eventId, number, body);
    expect(await change({ add: ids(other, 1) })).toMatchObject({
      error: { code: 'NOT_FOUND', details: { field: 'add' } },
    });
    expect(await change({ add: ids(event, 1, 15) })).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await change({ add: ids(event, 1), remove: ids(event, 2) })).toMatchObject({
      error: { code: 'INVALID_REQUEST', details: { field: 'remove', seats: [{ label: '3' }] } },
    });
    expect(await change({ add: ids(event, 1) }, 9)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await w.counters(event)).toEqual([[0, 0, 0]]);
  });

  test('S27: every change is on record, with who made it, and the version of what is kept rises', async () => {
    const event = await makeEvent();
    const version = async () =>
      (
        await w.sql<{ v: number }>('select kept_version as v from ticketing.seat_plans where event_id = $1', [
          event.eventId,
        ])
      )[0]!.v;
    const before = await version();
    const { channel } = await guests(event);
    await keep(event, channel, [1, 2]);
    await keep(event, channel, [3], [1]);
    expect(await version()).toBe(before + 2);
    const log = await w.sql<{ action: string; actor_user_id: string; detail: { seats: number[] } }>(
      `select action, actor_user_id, detail from ticketing.seat_log where event_id = $1 and action <> 'plan' order by id`,
      [event.eventId],
    );
    expect(log.map((row) => [row.action, row.actor_user_id, row.detail.seats])).toEqual([
      ['keep', event.vendorId, [1, 2]],
      ['release', event.vendorId, [1]],
      ['keep', event.vendorId, [3]],
    ]);
  });

  test("W38: what the runbook's views call available is what everybody may have, without what is kept", async () => {
    const event = await makeEvent();
    const { channel } = await guests(event);
    await keep(event, channel, [1, 2, 3]);
    await holdSeats(w.checkoutWorld, event, await fan(), [4]);
    expect(
      await w.sql('select available, kept_quantity from ticketing.ticket_availability where event_id = $1', [
        event.eventId,
      ]),
    ).toEqual([{ available: 16, kept_quantity: 3 }]);
    expect(
      await w.sql(
        'select total_available::int as n, health_score from ticketing.event_health where event_id = $1',
        [event.eventId],
      ),
    ).toEqual([{ n: 16, health_score: 0 }]);
  });

  test('S28: accessible seats that leave a channel go back to those who ask for them, and only such seats are kept there', async () => {
    const event = await makeEvent({ accessibleHoursBefore: 48 });
    expect(await channelsAt(event, 10, 11, 12)).toEqual([1, 1, 0]);
    const { channel } = await guests(event);
    await keep(event, channel, [10, 12]);
    expect(await w.counters(event)).toEqual([[0, 0, 3]]);
    await keep(event, channel, [], [10, 12]);
    expect(await channelsAt(event, 10, 11, 12)).toEqual([1, 1, 0]);
    expect(await w.counters(event)).toEqual([[0, 0, 2]]);
    expect(await keep(event, 1, [12])).toMatchObject({
      error: { code: 'INVALID_REQUEST', details: { field: 'add' } },
    });
    expect(await place(event, await fan(), [10])).toMatchObject({ ok: false });
    expect(await place(event, await fan(), [10, 11], { accessible: true })).toMatchObject({ ok: true });
    expect(await w.counters(event)).toEqual([[2, 0, 0]]);
  });

  test('S28: seats that are held change their channel with the others, and are not counted as kept', async () => {
    const event = await makeEvent();
    const { channel } = await guests(event, { code: 'band' });
    await keep(event, channel, [0, 1, 2]);
    await place(event, await fan(), [1], { channel: 'band' });
    expect(value(await keep(event, channel, [], [0, 1]))).toMatchObject({ seats: 1, free: 1 });
    expect(await w.counters(event)).toEqual([[1, 0, 1]]);
    expect(await seatProblems(w.checkoutWorld, event)).toEqual([]);
  });
});

describe('letting go', () => {
  test('S29: a channel that is deleted lets all its seats go, once; what was held through it stays held', async () => {
    const event = await makeEvent();
    const { channel } = await guests(event, { code: 'press' });
    await keep(event, channel, [0, 1, 2]);
    const buyer = await fan();
    const hold = value(await place(event, buyer, [1], { channel: 'press' }));
    expect(value(await w.seating.channels.remove(w.vendorOf(event), event.eventId, channel))).toMatchObject({
      seats: 0,
      releasedAt: expect.any(String),
    });
    expect(await w.seating.channels.remove(w.vendorOf(event), event.eventId, channel)).toMatchObject({
      error: { code: 'INVALID_STATE' },
    });
    expect(await w.counters(event)).toEqual([[1, 0, 0]]);
    expect(await place(event, await fan(), [0])).toMatchObject({ ok: true });
    expect(await place(event, await fan(), [1])).toMatchObject({ ok: false, error: { code: 'SEATS_TAKEN' } });
    expect(await place(event, await fan(), [3], { channel: 'press' })).toMatchObject({ ok: false });
    await w.holds.release(buyer, hold.id);
    expect(await place(event, await fan(), [1])).toMatchObject({ ok: true });
    expect(await seatProblems(w.checkoutWorld, event)).toEqual([]);
  });

  test('S30: what is due is let go by itself, what is not stays, and two workers at once do it once', async () => {
    const event = await makeEvent({ accessibleHoursBefore: 48 });
    const due = await guests(event, { releaseAt: inHours(2) });
    const later = await guests(event, { releaseAt: inHours(3) });
    await keep(event, due.channel, [0, 1, 2, 10]);
    await keep(event, later.channel, [5]);
    await makeDue(event, due.channel);
    const rounds = await Promise.all(Array.from({ length: 4 }, () => w.seating.channels.releaseDue()));
    expect(rounds.reduce((sum, r) => sum + r.seats, 0)).toBe(4);
    expect(await channelsAt(event, 0, 1, 2, 5, 10)).toEqual([0, 0, 0, later.channel, 1]);
    expect(await w.counters(event)).toEqual([[0, 0, 3]]);
    expect(await place(event, await fan(), [0, 1])).toMatchObject({ ok: true });
    await makeDue(event, 1);
    expect((await w.seating.channels.releaseDue()).channels).toBe(1);
    expect(await channelsAt(event, 10, 11)).toEqual([0, 0]);
    expect(await w.counters(event)).toEqual([[2, 0, 1]]);
    const log = await w.sql(
      'select actor_user_id from ticketing.seat_log where event_id = $1 and action = $2',
      [event.eventId, 'release'],
    );
    expect(log).toEqual([{ actor_user_id: null }, { actor_user_id: null }]);
  });

  test('S30: a sale that has ended or was canceled keeps no channel from being let go, nor does a gate that is away', async () => {
    const [ended, canceled, draft] = [
      await makeEvent(),
      await makeEvent(),
      await makeEvent({ drop: null, status: 'draft' }),
    ];
    for (const event of [ended, canceled, draft]) {
      const { channel } = await guests(event, { releaseAt: inHours(1) });
      await keep(event, channel, [1]);
      await makeDue(event, channel);
    }
    await w.sql(`update ticketing.drops set phase = 'ended' where id = $1`, [ended.dropId]);
    await w.sql(`update ticketing.drops set phase = 'canceled' where id = $1`, [canceled.dropId]);
    const away = async () => {
      throw new Error('the gate is away');
    };
    const { world } = w;
    const deps = {
      ledger: world.ledger,
      log: world.log,
      reopen: away,
      syncKept: away,
      settle: away,
      publish: away,
    };
    expect(await createSeating(deps).channels.releaseDue()).toEqual({ channels: 3, seats: 3 });
    for (const event of [ended, canceled, draft]) expect(await w.counters(event)).toEqual([[0, 0, 0]]);
  });

  test('S27, S65: seats that are kept while fans hold them: each has one owner, and the counters tell the truth', async () => {
    const event = await makeEvent();
    const { channel } = await guests(event, { code: 'crew' });
    const fans = await w.world.createUsers(20);
    const [kept] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, (_, seat) => keep(event, channel, [seat]))),
      Promise.all(fans.map((userId, seat) => place(event, userId, [seat]))),
    ]);
    const [{ n }] = (await w.sql<{ n: number }>(
      'select count(*)::int as n from ticketing.seat_claims where event_id = $1',
      [event.eventId],
    )) as [{ n: number }];
    expect(kept.filter((each) => each.ok)).toHaveLength(20 - n);
    expect(await w.counters(event)).toEqual([[n, 0, 20 - n]]);
    expect(await seatProblems(w.checkoutWorld, event)).toEqual([]);
    await until('the gate tells what the ledger has', async () => {
      const state = await w.holds.gate.read(event.dropId);
      return state?.tiers[0]?.available === 0;
    });
    expect(await w.broken()).toEqual([]);
  });
});
