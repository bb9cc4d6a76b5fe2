/** Holds with seats, over two processes' worth of holds on one ledger and one gate. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkInvariants } from '../operations/index.ts';
import type { HoldItem, HoldPlace, HoldView, Result, SeatOffer, SeatRef } from '../protocol/index.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from '../seating/testing.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { createHolds, type Holds } from './index.ts';

let world: TestWorld;
let twins: [Holds, Holds];
beforeAll(async () => {
  world = await testWorld();
  twins = [createHolds({ ...world, pendingLookupMs: 0 }), createHolds({ ...world, pendingLookupMs: 0 })];
});
afterAll(() => world.close());

const run = (text: string, values: unknown[] = []) => world.ledger.reads.raw.query(text, values);
const fan = async () => (await world.createUser()).id;

interface Asked extends Partial<Omit<HoldPlace, 'items'>> {
  user?: string;
  items?: HoldItem[];
  twin?: 0 | 1;
}

/** Places a hold; `seats` by number, in the event's first tier unless `items` say otherwise. */
async function place(event: MadeSeatEvent, seats: number[], asked: Asked = {}): Promise<Result<HoldView>> {
  const { user = await fan(), items, twin = 0, ...more } = asked;
  return twins[twin].place(user, {
    dropId: event.dropId,
    requestId: world.ids.next(),
    items: items ?? [
      { tierId: event.tierIds[0] as string, seatIds: seats.map((seat) => event.seatIds[seat] as string) },
    ],
    ...more,
  });
}

const best = (n: number, more: Partial<Extract<HoldItem, { bestAvailable: number }>> = {}): HoldItem[] => [
  { bestAvailable: n, ...more },
];
const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`refused: ${result.error.code} ${JSON.stringify(result.error.details)}`);
  return result.value;
};
const seatsOf = (event: MadeSeatEvent, hold: HoldView): number[] =>
  hold.items
    .flatMap((item) => item.seats ?? [])
    .map((ref) => event.seatIds.indexOf(ref.id))
    .sort((a, b) => a - b);
const numbers = (event: MadeSeatEvent, refs: readonly SeatRef[] | undefined): number[] =>
  (refs ?? []).map((ref) => event.seatIds.indexOf(ref.id));

async function claims(event: MadeSeatEvent): Promise<Map<number, string>> {
  const { rows } = await run('select seat, hold_id from ticketing.seat_claims where event_id = $1', [
    event.eventId,
  ]);
  return new Map(rows.map((row) => [row.seat, row.hold_id]));
}

/** The gate's own view: a character per seat. */
async function gateSeats(event: MadeSeatEvent): Promise<string> {
  const read = await twins[0].gate.readSeats(event.dropId, null);
  if (read === null || read === 'same') throw new Error('no seats');
  return read.seats.toString();
}

/** Lets a hold's time pass. */
async function lapse(holdId: string, by: string): Promise<void> {
  for (const [table, key] of [
    ['holds', 'id'],
    ['ticket_holds', 'hold_id'],
  ])
    await run(`update ticketing.${table} set expires_at = expires_at - $2::interval where ${key} = $1`, [
      holdId,
      by,
    ]);
}

async function healthy(event: MadeSeatEvent): Promise<void> {
  await twins[0].idle();
  await twins[0].relayCredits();
  const broken = (await checkInvariants(world.ledger.reads)).filter((report) => report.violations > 0);
  expect(broken).toEqual([]);
  const taken = [...(await gateSeats(event))].flatMap((state, seat) =>
    state === '1' || state === '2' ? [seat] : [],
  );
  expect(taken).toEqual([...(await claims(event)).keys()].sort((a, b) => a - b));
}

describe('picking', () => {
  test('S40: picked seats are all held or none is; the refusal names what went and offers as many nearby', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 3, seatsPerRow: 10 }) });
    const first = value(await place(event, [4, 5]));
    expect(first.items).toMatchObject([
      {
        quantity: 2,
        seats: [
          { section: 'Section A', row: 'A', label: '5' },
          { section: 'Section A', row: 'A', label: '6' },
        ],
      },
    ]);
    const second = await place(event, [5, 6], { twin: 1 });
    expect(second).toMatchObject({ ok: false, error: { code: 'SEATS_TAKEN' } });
    if (second.ok) throw new Error('held');
    const details = second.error.details as { seats: SeatRef[]; offer: SeatOffer };
    expect(numbers(event, details.seats)).toEqual([5]);
    // One row behind, right where they would have sat; row A's own neighbours are 6 and 7.
    expect(numbers(event, details.offer.seats)).toEqual([6, 7]);
    await healthy(event);
    expect([...(await claims(event)).keys()].sort()).toEqual([4, 5]);
  });

  test('S41: an offer is its fan’s for a while, one at a time, and then everybody’s', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 1, seatsPerRow: 10 }) });
    value(await place(event, [0, 1]));
    const [asking, other] = [await fan(), await fan()];
    const refused = await place(event, [0, 1], { user: asking });
    expect(refused).toMatchObject({ ok: false, error: { details: { offer: { seats: [{}, {}] } } } });
    expect(await gateSeats(event)).toBe('1133000000');
    const offer = (refused as unknown as { error: { details: { offer: SeatOffer } } }).error.details.offer;
    expect(numbers(event, offer.seats)).toEqual([2, 3]);
    expect(await place(event, [3, 4], { user: other })).toMatchObject({ error: { code: 'SEATS_TAKEN' } });
    // Asking again is a new offer, and only that one.
    await place(event, [0, 1], { user: asking });
    expect([...(await gateSeats(event))].filter((state) => state === '3')).toHaveLength(4);
    const taken = value(await place(event, numbers(event, offer.seats), { user: asking }));
    expect(seatsOf(event, taken)).toEqual([2, 3]);
    // The other one's was not taken: once its time is over it is anybody's.
    const keys = await world.gate.keys(`{${event.dropId}}:*:offers`);
    await world.gate.zadd(keys[0] as string, 1, other);
    expect([...(await gateSeats(event))].filter((state) => state === '3')).toHaveLength(0);
    await healthy(event);
  });

  test('S47: picked seats may not leave one alone, unless that cannot be helped or hardly any are left', async () => {
    const event = await seatEvent(world, {
      map: hallMap({ rows: 1, seatsPerRow: 8 }),
      orphanRelaxPercent: 40,
    });
    const refused = await place(event, [1, 2]);
    expect(refused).toMatchObject({ ok: false, error: { code: 'ORPHAN_SEAT' } });
    const { orphans, fix } = (
      refused as unknown as { error: { details: { orphans: SeatRef[]; fix: SeatRef[] } } }
    ).error.details;
    expect([numbers(event, orphans), numbers(event, fix)]).toEqual([[0], [0, 1]]);
    value(await place(event, [0, 1]));
    value(await place(event, [5, 6, 7]));
    // Three are left in the run: whatever two are picked, one stays.
    value(await place(event, [2, 3]));
    const free = await seatEvent(world, { map: hallMap({ rows: 1, seatsPerRow: 8 }), orphanRule: false });
    value(await place(free, [1, 2]));
    const few = await seatEvent(world, {
      map: hallMap({ rows: 1, seatsPerRow: 10 }),
      orphanRelaxPercent: 50,
    });
    value(await place(few, [0, 1, 2, 3]));
    expect(await place(few, [5, 6])).toMatchObject({ error: { code: 'ORPHAN_SEAT' } });
    value(await place(few, [4]));
    value(await place(few, [6, 7]));
  });
});

describe('best available', () => {
  test('S42, S43, S44, S45: side by side without an orphan, with one, over two rows, apart', async () => {
    const event = await seatEvent(world, {
      map: hallMap({ rows: 2, seatsPerRow: 5 }),
      drop: { limitPerFan: 20 },
    });
    const user = await fan();
    const two = value(await place(event, [], { user, items: best(2) }));
    // The two nearest the middle would leave one alone at an end.
    expect(seatsOf(event, two)).toEqual([3, 4]);
    const three = value(await place(event, [], { user, items: best(3) }));
    expect(seatsOf(event, three)).toEqual([0, 1, 2]);
    const four = value(await place(event, [], { user, items: best(4) }));
    expect(seatsOf(event, four)).toHaveLength(4);
    await healthy(event);

    const split = await seatEvent(world, { map: hallMap({ rows: 2, seatsPerRow: 3 }) });
    const hold = value(await place(split, [], { items: best(4) }));
    expect(seatsOf(split, hold)).toEqual([1, 2, 4, 5]);
    const apart = await seatEvent(world, {
      map: hallMap({ rows: 1, seatsPerRow: 5 }),
      drop: { limitPerFan: 20 },
      orphanRule: false,
    });
    value(await place(apart, [2]));
    expect(await place(apart, [], { items: best(3, { together: 'row' }) })).toMatchObject({
      error: { code: 'NOT_TOGETHER', details: { offer: { seats: [{}, {}, {}] } } },
    });
    expect(await place(apart, [], { items: best(5) })).toMatchObject({ error: { code: 'SOLD_OUT' } });
  });
});

describe('kinds of holds', () => {
  test('S66: seats and general admission in one hold, all or nothing; other tiers’ seats and bare quantities are refused', async () => {
    const event = await seatEvent(world, {
      map: hallMap({ rows: 2, seatsPerRow: 6, standing: [{ key: 'floor', capacity: 3 }] }),
      tiers: [{ priceCents: 9000 }, { quantity: 3, priceCents: 4000 }],
      assignment: { sections: { a: '0' }, standing: { floor: '1' } },
    });
    const [seated, standing] = event.tierIds as [string, string];
    const seatIds = [0, 1].map((seat) => event.seatIds[seat] as string);
    const mixed: HoldItem[] = [
      { tierId: seated, seatIds },
      { tierId: standing, quantity: 2 },
    ];
    const hold = value(await place(event, [], { items: mixed }));
    expect(hold).toMatchObject({ totalCents: 26_000 });
    expect(
      await place(event, [], {
        items: [
          { tierId: seated, seatIds: [event.seatIds[2] as string, event.seatIds[3] as string] },
          { tierId: standing, quantity: 2 },
        ],
      }),
    ).toMatchObject({ error: { code: 'SOLD_OUT', details: { tierId: standing } } });
    expect(await gateSeats(event)).toBe('110000000000');
    expect(await place(event, [], { items: [{ tierId: seated, quantity: 1 }] })).toMatchObject({
      error: { code: 'SEATS_REQUIRED' },
    });
    expect(
      await place(event, [], { items: [{ tierId: standing, seatIds: [event.seatIds[4] as string] }] }),
    ).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
    const elsewhere = await seatEvent(world, {});
    expect(
      await place(event, [], { items: [{ tierId: seated, seatIds: [elsewhere.seatIds[4] as string] }] }),
    ).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
    expect(
      await place(event, [], {
        items: [{ tierId: seated, seatIds: [`${event.seatIds[0]?.slice(0, 24)}00000000ffff`] }],
      }),
    ).toMatchObject({ error: { code: 'NOT_FOUND' } });
    await healthy(event);
  });

  test('S65: of many fans who want the same seats at the same time, over two processes, one gets them', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 1, seatsPerRow: 10 }), orphanRule: false });
    const users = await world.createUsers(40);
    const answers = await Promise.all(
      users.map((user, i) => place(event, [i % 3, (i % 3) + 1], { user, twin: (i % 2) as 0 | 1 })),
    );
    const held = answers.filter((answer) => answer.ok).map((answer) => seatsOf(event, value(answer)));
    const all = held.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(held.length).toBeGreaterThan(0);
    expect(answers.filter((a) => !a.ok).every((a) => !a.ok && a.error.code === 'SEATS_TAKEN')).toBe(true);
    await healthy(event);
  });

  test('S67: what ends a hold frees its seats once, in ledger and gate', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 1, seatsPerRow: 6 }) });
    const user = await fan();
    const hold = value(await place(event, [0, 1], { user }));
    value(await twins[0].release(user, hold.id));
    value(await twins[0].release(user, hold.id));
    expect(await gateSeats(event)).toBe('000000');
    const again = value(await place(event, [0, 1]));
    // A credit that comes twice finds another owner, and leaves the seats alone.
    await run(
      `insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind)
       select $1, $2, $3, epoch, 'release' from ticketing.drops where id = $1`,
      [event.dropId, hold.id, user],
    );
    await twins[0].relayCredits();
    expect(await gateSeats(event)).toBe('110000');
    await lapse(again.id, '1 hour');
    await twins[1].sweep();
    expect(await gateSeats(event)).toBe('000000');
    await healthy(event);
  });
});

describe('gate and ledger apart', () => {
  test('S68: when the ledger has others for seats the gate thought free, the gate learns them and the fan gets others', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 1, seatsPerRow: 8 }) });
    const first = value(await place(event, [0, 1]));
    const [seats] = await world.gate.keys(`{${event.dropId}}:*:seats`);
    const [owners] = await world.gate.keys(`{${event.dropId}}:*:owners`);
    await world.gate.setrange(seats as string, 0, '00');
    await world.gate.hdel(owners as string, '0', '1');
    const refused = await place(event, [0, 1]);
    expect(refused).toMatchObject({
      error: { code: 'SEATS_TAKEN', details: { seats: [{ label: '1' }, { label: '2' }] } },
    });
    await expect.poll(async () => (await gateSeats(event)).slice(0, 2)).toBe('11');
    expect(await world.gate.hget(owners as string, '0')).toBe(first.id);
    // What the gate itself chose wrongly is chosen again, not told.
    await world.gate.setrange(seats as string, 0, '00');
    await world.gate.hdel(owners as string, '0', '1');
    const [runs] = await world.gate.keys(`{${event.dropId}}:*:runs`);
    await world.gate.setrange(runs as string, 0, String.fromCharCode(8));
    const chosen = value(await place(event, [], { items: best(2, { together: 'row' }) }));
    expect(seatsOf(event, chosen).every((seat) => seat > 1)).toBe(true);
  });

  test('S69: a rebuilt gate has every seat as the ledger has it, and drift of single seats is found and mended', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 2, seatsPerRow: 6 }) });
    const kept = value(await place(event, [0, 1]));
    const before = await gateSeats(event);
    await world.gate.flushall();
    await expect.poll(async () => gateSeats(event)).toBe(before);
    const [owners] = await world.gate.keys(`{${event.dropId}}:*:owners`);
    expect(await world.gate.hgetall(owners as string)).toEqual({ '0': kept.id, '1': kept.id });
    // One seat too many and one too few: the counters agree, the seats do not.
    const [seats] = await world.gate.keys(`{${event.dropId}}:*:seats`);
    await world.gate.setrange(seats as string, 0, '0');
    await world.gate.setrange(seats as string, 7, '1');
    for (let round = 0; round < 12 && (await gateSeats(event)) !== before; round++) await twins[1].audit();
    expect(await gateSeats(event)).toBe(before);
  });
});

describe('exchanging', () => {
  const swap = (
    event: MadeSeatEvent,
    user: string,
    hold: HoldView,
    seats: number[],
    twin: 0 | 1 = 0,
    requestId = world.ids.next(),
  ) =>
    twins[twin].swap(user, {
      holdId: hold.id,
      dropId: event.dropId,
      requestId,
      items: [
        { tierId: event.tierIds[0] as string, seatIds: seats.map((seat) => event.seatIds[seat] as string) },
      ],
    });

  test('S60, S62: seats are exchanged in one step, some may stay, and the deadline stays too', async () => {
    const event = await seatEvent(world, {
      map: hallMap({ rows: 1, seatsPerRow: 8 }),
      drop: { limitPerFan: 2 },
      orphanRule: false,
    });
    const user = await fan();
    const hold = value(await place(event, [0, 1], { user }));
    await lapse(hold.id, '5 minutes');
    await run('update ticketing.holds set extended = true where id = $1', [hold.id]);
    const next = value(await swap(event, user, hold, [1, 2]));
    expect(seatsOf(event, next)).toEqual([1, 2]);
    expect(next.extended).toBe(true);
    expect(Date.parse(hold.expiresAt) - Date.parse(next.expiresAt)).toBe(300_000);
    expect(await gateSeats(event)).toBe('01100000');
    expect(await twins[0].mine(user, event.dropId)).toMatchObject([{ id: next.id }]);
    await healthy(event);
  });

  test('S61: a swap that is refused keeps the old hold; repeated it has one effect; two at once leave one hold', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 2, seatsPerRow: 8 }), orphanRule: false });
    const user = await fan();
    const hold = value(await place(event, [0, 1], { user }));
    value(await place(event, [4, 5]));
    expect(await swap(event, user, hold, [1, 4])).toMatchObject({ error: { code: 'SEATS_TAKEN' } });
    expect((await gateSeats(event)).replaceAll('3', '0')).toBe('1100110000000000');
    expect(await twins[0].mine(user, event.dropId)).toMatchObject([{ id: hold.id }]);
    const requestId = world.ids.next();
    const first = value(await swap(event, user, hold, [1, 2], 0, requestId));
    expect(value(await swap(event, user, hold, [1, 2], 1, requestId)).id).toBe(first.id);
    expect(await swap(event, user, hold, [8, 9])).toMatchObject({ error: { code: 'HOLD_EXPIRED' } });
    const both = await Promise.all([
      swap(event, user, first, [8, 9], 0),
      swap(event, user, first, [2, 3], 1),
    ]);
    expect(both.filter((answer) => answer.ok)).toHaveLength(1);
    expect(await twins[0].mine(user, event.dropId)).toHaveLength(1);
    expect(await swap(event, await fan(), first, [10, 11])).toMatchObject({ error: { code: 'NOT_FOUND' } });
    await healthy(event);
  });
});
