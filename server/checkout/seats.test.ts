/** Seats on their way from a hold to tickets: whose they are at every step, and who gets them back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SeatRef, seatIdOf } from '../protocol/index.ts';
import { readOrderTickets } from '../tickets/index.ts';
import { readOrder } from './orders.ts';
import { CARDS, CASH, type CheckoutWorld, checkoutWorld, type Probes, probes } from './testing.ts';
import {
  bookSeats,
  claimsOf,
  endUnderPayment,
  holdSeats,
  keepSeats,
  SECTION,
  seatedEvent,
  seatProblems,
  seatsOf,
} from './testing-seats.ts';

let w: CheckoutWorld;
let pay: Probes['pay'];
let code: Probes['code'];
let stands: Probes['stands'];
beforeAll(async () => {
  w = await checkoutWorld();
  ({ pay, code, stands } = probes(() => w));
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const ref = (mapId: string, seat: number): SeatRef => ({
  id: seatIdOf(mapId, seat),
  section: SECTION,
  row: seat < 6 ? 'A' : 'B',
  label: String((seat % 6) + 1),
});
const keptOf = async (tierId: string | undefined) =>
  (
    await w.sql<{ kept: number }>('select kept_quantity as kept from ticketing.ticket_tiers where id = $1', [
      tierId,
    ])
  )[0]?.kept;

describe('paid for', () => {
  test('O21: tickets have exactly the seats of their hold, each once; the claims are theirs from then on', async () => {
    const b = await bookSeats(w, [2, 3, 9], { units: 1 });
    const before = await claimsOf(w, b.event);
    expect(before.map((c) => [c.seat, c.hold, c.ticket])).toEqual([2, 3, 9].map((s) => [s, b.holdId, null]));
    expect(code(await pay(b, CARDS.good))).toBe('OK');
    expect(await seatsOf(w, b)).toEqual([2, 3, 9, null]);
    const tickets = await w.sql<{ id: string; seat: number }>(
      'select id, seat from ticketing.tickets where order_id = $1 and seat is not null order by seat',
      [b.orderId],
    );
    expect(await claimsOf(w, b.event)).toEqual(
      tickets.map(({ id, seat }) => ({ seat, hold: b.holdId, ticket: id })),
    );
    expect(await seatProblems(w, b.event)).toEqual([]);
  });

  test('O21: cash on arrival takes the seats over in the same way', async () => {
    const b = await bookSeats(w, [0, 11]);
    const paid = await w.checkout.pay(b.userId, { orderId: b.orderId, method: CASH }, null);
    expect(code(paid)).toBe('OK');
    expect(await seatsOf(w, b)).toEqual([0, 11]);
    expect(await seatProblems(w, b.event)).toEqual([]);
  });

  test('O21: a hold that lost a seat gets no tickets at all', async () => {
    const b = await bookSeats(w, [4, 5]);
    await pay(b, CARDS.step);
    await w.sql('delete from ticketing.seat_claims where event_id = $1 and seat = 5', [b.event.eventId]);
    await expect(w.checkout.confirm(b.userId, b.orderId, true)).rejects.toThrow('lost 1 of its 2 seats');
    expect(await seatsOf(w, b)).toEqual([]);
    await w.sql('insert into ticketing.seat_claims (event_id, seat, hold_id) values ($1, 5, $2)', [
      b.event.eventId,
      b.holdId,
    ]);
    await w.recoverAll();
    expect(await seatsOf(w, b)).toEqual([4, 5]);
    expect(await seatProblems(w, b.event)).toEqual([]);
  });

  test('O24, T9: hold, order and ticket name their seats, in the order of the map', async () => {
    const event = await seatedEvent(w);
    const b = await bookSeats(w, [1, 8], { event, units: 2 });
    const named = [ref(event.mapId, 1), ref(event.mapId, 8)];
    const lines = (items: { seats?: SeatRef[] }[] | undefined) => items?.map((item) => item.seats);
    const holds = await w.holds.mine(b.userId, event.dropId);
    expect(lines(holds[0]?.items)).toEqual([named, undefined]);
    await pay(b, CARDS.good);
    expect(lines((await readOrder(w.world.ledger.reads, b.userId, b.orderId))?.items)).toEqual([
      named,
      undefined,
    ]);
    const tickets = await readOrderTickets(w.world.ledger.reads, b.userId, b.orderId);
    expect(tickets.map((ticket) => ticket.seat)).toEqual([...named, null, null]);
  });
});

describe('booked by an event', () => {
  test('O25: asks for seats as hold:place does, with the same wishes', async () => {
    const event = await seatedEvent(w);
    const user = await w.world.createUser();
    const asked: unknown[] = [];
    const checkout = w.another({
      holds: {
        ...w.holds,
        async place(userId, input) {
          asked.push({ userId, ...input });
          const holdId = await holdSeats(w, event, userId, [2, 3]);
          const [hold] = (await w.holds.mine(userId, event.dropId)).filter((each) => each.id === holdId);
          return { ok: true, value: hold! };
        },
      },
    });
    const items = [{ bestAvailable: 2, together: 'row' as const }];
    const wish = { eventId: event.eventId, items, accessible: true, channel: 'FRIENDS' };
    const booked = await checkout.book(user.id, wish, null);
    expect(asked).toEqual([
      {
        userId: user.id,
        dropId: event.dropId,
        requestId: expect.any(String),
        items,
        accessible: true,
        channel: 'FRIENDS',
      },
    ]);
    expect(booked.ok && booked.value.order.items[0]?.seats).toEqual([2, 3].map((s) => ref(event.mapId, s)));
  });
});

describe('a yes after the hold has ended', () => {
  const late = async (seats: number[]) => {
    const b = await bookSeats(w, seats);
    await pay(b, CARDS.step);
    await endUnderPayment(w, b);
    expect(await claimsOf(w, b.event)).toEqual([]);
    return b;
  };
  const confirm = async (b: Awaited<ReturnType<typeof late>>) =>
    code(await w.checkout.confirm(b.userId, b.orderId, true));

  test('O22: has the same seats again while all of them are free', async () => {
    const b = await late([2, 3]);
    expect(await confirm(b)).toBe('OK');
    expect(await seatsOf(w, b)).toEqual([2, 3]);
    expect((await claimsOf(w, b.event)).every((c) => c.hold === b.holdId && c.ticket !== null)).toBe(true);
    expect(await seatProblems(w, b.event)).toEqual([]);
  });

  test('O22: is given back when another has one of them, held or bought; the other keeps it', async () => {
    for (const bought of [false, true]) {
      const b = await late([2, 3]);
      const other = await bookSeats(w, [3, 4], { event: b.event });
      if (bought) await pay(other, CARDS.good);
      expect(await confirm(b)).toBe('ORDER_EXPIRED');
      expect(await stands(b)).toMatchObject({ order: 'expired', payment: 'voided', cause: 'late_no_stock' });
      expect(await seatsOf(w, b)).toEqual([]);
      expect((await claimsOf(w, b.event)).map((c) => [c.seat, c.hold])).toEqual([
        [3, other.holdId],
        [4, other.holdId],
      ]);
      expect(await seatProblems(w, b.event)).toEqual([]);
    }
  });

  test('O22: is given back when one of them is kept for a channel meanwhile', async () => {
    const b = await late([2, 3]);
    await keepSeats(w, b.event, 2, [3, 6]);
    expect(await confirm(b)).toBe('ORDER_EXPIRED');
    expect(await stands(b)).toMatchObject({ payment: 'voided', cause: 'late_no_stock' });
    expect(await keptOf(b.event.tierIds[0])).toBe(2);
    expect(await seatProblems(w, b.event)).toEqual([]);
  });

  test('O22: accessible seats go back to whoever had them', async () => {
    const event = await seatedEvent(w);
    await keepSeats(w, event, 1, [0, 1, 2]);
    const b = await bookSeats(w, [1, 2], { event });
    await pay(b, CARDS.step);
    await endUnderPayment(w, b);
    expect(await keptOf(event.tierIds[0])).toBe(3);
    expect(await confirm(b)).toBe('OK');
    expect(await seatsOf(w, b)).toEqual([1, 2]);
    expect(await keptOf(event.tierIds[0])).toBe(1);
    expect(await seatProblems(w, event)).toEqual([]);
  });

  test('O22: units and seats of one order come together or not at all', async () => {
    const b = await bookSeats(w, [2], { units: 2 });
    await pay(b, CARDS.step);
    await endUnderPayment(w, b);
    await w.sql('update ticketing.ticket_tiers set quantity = 1 where id = $1', [b.event.tierIds[1]]);
    expect(await confirm(b)).toBe('ORDER_EXPIRED');
    expect(await claimsOf(w, b.event)).toEqual([]);
  });
});

describe('canceled', () => {
  test('O23: the seats of a capture that failed are free again, and can be sold', async () => {
    const b = await bookSeats(w, [2, 3]);
    expect(code(await pay(b, CARDS.captureFails))).toBe('CAPTURE_FAILED');
    expect(await claimsOf(w, b.event)).toEqual([]);
    expect(await seatProblems(w, b.event)).toEqual([]);
    const next = await bookSeats(w, [3, 4], { event: b.event });
    expect(code(await pay(next, CARDS.good))).toBe('OK');
    expect(await seatsOf(w, next)).toEqual([3, 4]);
    expect(await seatProblems(w, b.event)).toEqual([]);
  });

  test('O23: a seat that is kept for a channel is kept again, one that was let go meanwhile is not', async () => {
    const event = await seatedEvent(w);
    await keepSeats(w, event, 2, [2, 3]);
    const b = await bookSeats(w, [2, 3, 4], { event });
    expect(await keptOf(event.tierIds[0])).toBe(0);
    await w.sql('update ticketing.seats set channel = 0 where event_id = $1 and seat = 3', [event.eventId]);
    await keepSeats(w, event, 3, [4]);
    expect(code(await pay(b, CARDS.captureFails))).toBe('CAPTURE_FAILED');
    expect(await keptOf(event.tierIds[0])).toBe(2);
    expect(await seatProblems(w, event)).toEqual([]);
  });
});

describe('many at once', () => {
  test('O22: a late payment against another fan who takes one of its seats: one of them has it', async () => {
    const ends = { late: 0, other: 0 };
    for (let round = 0; round < 30; round++) {
      const b = await bookSeats(w, [2, 3]);
      const rival = (await w.world.createUser()).id;
      await pay(b, CARDS.step);
      await endUnderPayment(w, b);
      const [paid, held] = await Promise.all([
        w.checkout.confirm(b.userId, b.orderId, true),
        w.world.clock.sleep(round % 10).then(() => holdSeats(w, b.event, rival, [3])),
      ]);
      expect([code(paid), held === null]).toEqual(held === null ? ['OK', true] : ['ORDER_EXPIRED', false]);
      ends[held === null ? 'late' : 'other']++;
      expect(await seatProblems(w, b.event)).toEqual([]);
    }
    // Both outcomes were met: the race was one.
    expect(ends.late).toBeGreaterThan(0);
    expect(ends.other).toBeGreaterThan(0);
  });
});
