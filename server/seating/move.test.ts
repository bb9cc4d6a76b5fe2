/** Moving a sold ticket to another seat, and what a vendor sees of one (S31 to S34). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { altered, CARDS, probes } from '../checkout/testing.ts';
import { claimsOf, seatProblems } from '../checkout/testing-seats.ts';
import { until } from '../stores/testing.ts';
import { createWorker } from '../worker/index.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from './testing.ts';
import { accountOf, type SeatingWorld, type Sold, seatingWorld } from './testing-sold.ts';

let w: SeatingWorld;
beforeAll(async () => {
  w = await seatingWorld();
});
afterAll(() => w.close());

/** Section a: A1 to B10, seats 0 to 19, the first tier; section b: seats 20 to 39, the second. */
const makeEvent = () =>
  seatEvent(w.world, {
    map: hallMap({ rows: 2, seatsPerRow: 10, sections: 2 }),
    tiers: [
      { name: 'Front', quantity: 1 },
      { name: 'Back', quantity: 1 },
    ],
    assignment: { sections: { a: '0', b: '1' } },
    drop: { limitPerFan: 30 },
    orphanRule: false,
  });
const move = (event: MadeSeatEvent, ticketId: string, seat: number, reason?: string) =>
  w.seating.move(w.vendorOf(event), {
    ticketId,
    seatId: event.seatIds[seat] as string,
    ...(reason ? { reason } : {}),
  });
const code = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? 'OK' : result.error?.code);
const ticketSeats = async (sold: Sold) =>
  (
    await w.sql<{ seat: number }>('select seat from ticketing.tickets where order_id = $1 order by ordinal', [
      sold.orderId,
    ])
  ).map((row) => row.seat);
const place = (event: MadeSeatEvent, userId: string, seat: number) =>
  w.holds.place(userId, {
    dropId: event.dropId,
    requestId: w.world.ids.next(),
    items: [{ tierId: event.tierIds[seat < 20 ? 0 : 1] as string, seatIds: [event.seatIds[seat] as string] }],
  });
/** Seats that are held or sold, as the gate has it. (What it offers to somebody is neither.) */
const takenInGate = async (event: MadeSeatEvent) => {
  const read = await w.holds.gate.readSeats(event.dropId, null);
  if (!read || read === 'same') throw new Error('no seats in the gate');
  return [...read.seats.toString('latin1')].flatMap((state, seat) =>
    '12'.includes(state) ? [[seat, state]] : [],
  );
};

describe('moving', () => {
  test('S31: claim, ticket and the lines of hold and order move together; the old seat is free for others', async () => {
    const event = await makeEvent();
    const sold = await w.sell(event, [3, 4]);
    const moved = await move(event, sold.ticketIds[0] as string, 15);
    expect(moved).toMatchObject({
      ok: true,
      value: {
        state: 'sold',
        seat: { id: event.seatIds[15], row: 'B', label: '6' },
        ticket: { id: sold.ticketIds[0] },
      },
    });
    expect(await ticketSeats(sold)).toEqual([15, 4]);
    expect(await claimsOf(w.checkoutWorld, event)).toEqual([
      { seat: 4, hold: sold.holdId, ticket: sold.ticketIds[1] },
      { seat: 15, hold: sold.holdId, ticket: sold.ticketIds[0] },
    ]);
    const lines = await w.sql<{ seats: number[] }>(
      `select seats from ticketing.ticket_holds where hold_id = $1
       union all select seats from ticketing.order_items where order_id = $2`,
      [sold.holdId, sold.orderId],
    );
    expect(lines).toEqual([{ seats: [4, 15] }, { seats: [4, 15] }]);
    expect(await w.counters(event)).toEqual([
      [0, 2, 0],
      [0, 0, 0],
    ]);
    expect(await takenInGate(event)).toEqual([
      [4, '2'],
      [15, '2'],
    ]);
    expect(code(await place(event, (await w.world.createUser()).id, 3))).toBe('OK');
    expect(code(await place(event, (await w.world.createUser()).id, 15))).toBe('SEATS_TAKEN');
    expect(code(await move(event, sold.ticketIds[0] as string, 15))).toBe('OK');
    expect(await w.broken()).toEqual([]);
  });

  test('S31: to a seat that is kept and back again: what is kept is counted each time', async () => {
    const event = await makeEvent();
    const { channels } = w.seating;
    const made = await channels.create(w.vendorOf(event), event.eventId, { name: 'House' });
    if (!made.ok) throw new Error(made.error.code);
    await channels.keep(w.vendorOf(event), event.eventId, made.value.channel, {
      add: [event.seatIds[10] as string, event.seatIds[11] as string],
    });
    const [ticketId] = (await w.sell(event, [0])).ticketIds as [string];
    expect(code(await move(event, ticketId, 10))).toBe('OK');
    expect(await w.counters(event)).toEqual([
      [0, 1, 1],
      [0, 0, 0],
    ]);
    expect((await w.holds.gate.read(event.dropId))?.tiers[0]).toMatchObject({
      available: 18,
      kept: 1,
      sold: 1,
    });
    expect(code(await move(event, ticketId, 11))).toBe('OK');
    expect(code(await move(event, ticketId, 1))).toBe('OK');
    expect(await w.counters(event)).toEqual([
      [0, 1, 2],
      [0, 0, 0],
    ]);
    expect(await w.broken()).toEqual([]);
  });

  test('S31: a seat that somebody has, of another tier or map, and a ticket that was used or has none: nothing changes', async () => {
    const event = await makeEvent();
    const sold = await w.sell(event, [0, 1]);
    const [first, second] = sold.ticketIds as [string, string];
    await w.sell(event, [5]);
    await place(event, (await w.world.createUser()).id, 6);
    const elsewhere = await makeEvent();
    const before = await claimsOf(w.checkoutWorld, event);
    expect(await move(event, first, 5)).toMatchObject({
      error: { code: 'SEATS_TAKEN', details: { seats: [{ row: 'A', label: '6' }], offer: null } },
    });
    expect(code(await move(event, first, 6))).toBe('SEATS_TAKEN');
    expect(code(await move(event, first, 1))).toBe('SEATS_TAKEN');
    expect(await move(event, first, 25)).toMatchObject({
      error: { code: 'INVALID_REQUEST', details: { field: 'seatId' } },
    });
    const foreign = { ticketId: first, seatId: elsewhere.seatIds[7] as string };
    expect(code(await w.seating.move(w.vendorOf(event), foreign))).toBe('NOT_FOUND');
    const beyond = { ticketId: first, seatId: `${(event.seatIds[0] as string).slice(0, 24)}000000000028` };
    expect(code(await w.seating.move(w.vendorOf(event), beyond))).toBe('NOT_FOUND');
    await w.sql(`update ticketing.tickets set status = 'redeemed' where id = $1`, [second]);
    expect(code(await move(event, second, 9))).toBe('INVALID_STATE');
    expect(await claimsOf(w.checkoutWorld, event)).toEqual(before);
    expect(
      await w.sql('select 1 from ticketing.seat_log where event_id = $1 and action = $2', [
        event.eventId,
        'move',
      ]),
    ).toEqual([]);

    const floor = await w.checkoutWorld.book();
    await probes(() => w.checkoutWorld).pay(floor, CARDS.good);
    const [standing] = await w.sql<{ id: string }>('select id from ticketing.tickets where order_id = $1', [
      floor.orderId,
    ]);
    const own = { ticketId: standing!.id, seatId: event.seatIds[2] as string };
    expect(code(await w.seating.move(w.vendorOf(floor.event), own))).toBe('NOT_FOUND');
  });

  test("S24: nobody moves tickets of another vendor's event; an operator does", async () => {
    const event = await makeEvent();
    const [ticketId] = (await w.sell(event, [0])).ticketIds as [string];
    const seatId = event.seatIds[1] as string;
    const rival = accountOf((await w.world.createUser('vendor')).id, 'vendor');
    expect(code(await w.seating.move(rival, { ticketId, seatId }))).toBe('NOT_FOUND');
    const operator = accountOf((await w.world.createUser('operator')).id, 'operator');
    expect(code(await w.seating.move(operator, { ticketId, seatId }))).toBe('OK');
  });

  test('S31: an order whose capture fails after a move gives the seat back that it has by then', async () => {
    const event = await makeEvent();
    const booked = await w.book(event, [0]);
    // Between tickets and capture the seat is moved, while the bank is asked.
    let moved: string | undefined;
    const providers = altered(w.providers, 'capture', async (real) => {
      const [ticket] = await w.sql<{ id: string }>('select id from ticketing.tickets where order_id = $1', [
        booked.orderId,
      ]);
      moved = code(await move(event, ticket?.id as string, 7));
      return real();
    });
    const paid = await w
      .another({ providers, answerMs: 20_000 })
      .pay(
        booked.userId,
        { orderId: booked.orderId, method: { provider: 'test', card: CARDS.captureFails } },
        null,
      );
    expect([moved, code(paid)]).toEqual(['OK', 'CAPTURE_FAILED']);
    expect(await claimsOf(w.checkoutWorld, event)).toEqual([]);
    await w.holds.relayCredits();
    expect(await takenInGate(event)).toEqual([]);
    expect(await seatProblems(w.checkoutWorld, event)).toEqual([]);
    expect(await w.broken()).toEqual([]);
  });

  test('S32: of twenty tickets moved to one seat at once one gets it, and the others stay where they are', async () => {
    const event = await seatEvent(w.world, { map: hallMap({ rows: 3, seatsPerRow: 10 }), orphanRule: false });
    const sold = await Promise.all(Array.from({ length: 20 }, (_, seat) => w.sell(event, [seat])));
    const answers = await Promise.all(sold.map(({ ticketIds }) => move(event, ticketIds[0] as string, 25)));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(new Set(answers.map(code))).toEqual(new Set(['OK', 'SEATS_TAKEN']));
    expect(await claimsOf(w.checkoutWorld, event)).toHaveLength(20);
    expect(await seatProblems(w.checkoutWorld, event)).toEqual([]);
    expect(await w.broken()).toEqual([]);
  });

  test('S32: a ticket moved to a seat that fans want at that moment: one has it, whoever it is', async () => {
    const event = await makeEvent();
    const sold = await w.sell(event, [0, 1, 2, 3]);
    const fans = await w.world.createUsers(16);
    const answers = await Promise.all([
      ...sold.ticketIds.map((ticketId, i) => move(event, ticketId, 16 + i)),
      ...fans.map((userId, i) => place(event, userId, 16 + (i % 4))),
    ]);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(4);
    expect(await seatProblems(w.checkoutWorld, event)).toEqual([]);
    await w.holds.relayCredits();
    expect((await takenInGate(event)).length).toBe((await claimsOf(w.checkoutWorld, event)).length);
    expect(await w.broken()).toEqual([]);
  });

  test('S33: who moved it, from where, to where and why is on record; the gate and the fan are told', async () => {
    const event = await makeEvent();
    const sold = await w.sell(event, [2]);
    const [ticketId] = sold.ticketIds as [string];
    await move(event, ticketId, 8, 'Behind a pillar');
    expect(
      await w.sql(
        `select actor_user_id, ticket_id, from_seat, to_seat, reason from ticketing.seat_log where event_id = $1 and action = 'move'`,
        [event.eventId],
      ),
    ).toEqual([
      {
        actor_user_id: event.vendorId,
        ticket_id: ticketId,
        from_seat: 2,
        to_seat: 8,
        reason: 'Behind a pillar',
      },
    ]);
    expect(await w.sql('select 1 from ticketing.gate_credits where drop_id = $1', [event.dropId])).toEqual(
      [],
    );
    const told: string[] = [];
    const idle = { channels: { releaseDue: async () => ({ channels: 0, seats: 0 }) } };
    const worker = createWorker({
      ...w.world,
      redis: w.world.gate,
      notify: { toUser: (user, event) => void told.push(`${user} ${event}`), toVendor: () => undefined },
      queue: { step: async () => null },
      holds: w.holds,
      seating: idle,
      pricing: { rules: { followDue: async () => 0 } },
      checkout: w.checkout,
      refunds: { settle: async () => ({ looked: 0, settled: 0, failed: 0 }) },
      orderOf: async (orderId) => ({ userId: sold.userId, view: { id: orderId } as never }),
    });
    worker.start();
    await until('the fan is told', () => told.includes(`${sold.userId} order:updated`), 20_000);
    await worker.stop();
  });

  test('S33: a move is told to a gate that was away, by its credit', async () => {
    const event = await makeEvent();
    const [ticketId] = (await w.sell(event, [2])).ticketIds as [string];
    await w.holds.relayCredits();
    await w.sql('select * from ticketing.move_ticket($1, 9, $2, false, null)', [ticketId, event.vendorId]);
    expect(await takenInGate(event)).toEqual([[2, '2']]);
    await w.holds.relayCredits();
    expect(await takenInGate(event)).toEqual([[9, '2']]);
  });
});

test('S33: moves that two relays tell the gate, one of them late, are told once each and in order', async () => {
  const event = await makeEvent();
  const sold = await w.sell(event, [2]);
  await w.holds.relayCredits();
  const [ticketId] = sold.ticketIds as [string];
  const moveTo = (seat: number) =>
    w.sql('select * from ticketing.move_ticket($1, $2, $3, false, null)', [ticketId, seat, event.vendorId]);
  await moveTo(9);
  const [late] = await w.sql(
    'select drop_id, hold_id, user_id, epoch, kind, seats, id from ticketing.gate_credits where drop_id = $1',
    [event.dropId],
  );
  for (const seat of [4, 2]) await moveTo(seat);
  await w.holds.relayCredits();
  expect(await takenInGate(event)).toEqual([[2, '2']]);
  // The other relay had read the first of them before, and tells it only now.
  await w.sql(
    `insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind, seats, id)
     overriding system value select drop_id, hold_id, user_id, epoch, kind, seats, id
       from json_populate_record(null::ticketing.gate_credits, $1)`,
    [JSON.stringify(late)],
  );
  await w.holds.relayCredits();
  expect(await takenInGate(event)).toEqual([[2, '2']]);
  expect((await w.holds.gate.read(event.dropId))?.tiers[0]).toMatchObject({ available: 19 });
});

test('S34: a vendor sees of a seat what it is, how it stands, and whose ticket it is', async () => {
  const event = await makeEvent();
  const sold = await w.sell(event, [0]);
  const fan = await w.world.createUser();
  await place(event, fan.id, 1);
  const { channels } = w.seating;
  const made = await channels.create(w.vendorOf(event), event.eventId, { name: 'House' });
  if (!made.ok) throw new Error(made.error.code);
  await channels.keep(w.vendorOf(event), event.eventId, made.value.channel, {
    add: [event.seatIds[2] as string],
  });
  const look = async (seat: number) => {
    const seen = await w.seating.seat(w.vendorOf(event), event.eventId, event.seatIds[seat] as string);
    return seen.ok ? seen.value : seen.error;
  };
  const [order] = await w.sql<{ reference: string }>('select reference from ticketing.orders where id = $1', [
    sold.orderId,
  ]);
  expect(await look(0)).toMatchObject({
    seat: { section: 'Section A', row: 'A', label: '1' },
    state: 'sold',
    tier: { id: event.tierIds[0], name: 'Front' },
    channel: null,
    ticket: { id: sold.ticketIds[0], status: 'issued', orderReference: order?.reference, holderName: 'Fan' },
    heldUntil: null,
  });
  expect(await look(1)).toMatchObject({ state: 'held', ticket: null, heldUntil: expect.any(String) });
  expect(await look(2)).toMatchObject({
    state: 'kept',
    channel: { channel: 2, name: 'House' },
    ticket: null,
  });
  expect(await look(3)).toMatchObject({ state: 'free', channel: null, accessible: false, restricted: false });
  const elsewhere = await makeEvent();
  expect(
    await w.seating.seat(w.vendorOf(event), event.eventId, elsewhere.seatIds[0] as string),
  ).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
});
