/** The whole way of a seat over HTTP, through the real gate: booked, paid, named everywhere, and what the gate shows of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, type HttpWorld, httpWorld, signedIn } from '../http/testing.ts';
import type { SeatRef, TicketView } from '../protocol/index.ts';
import { hallMap, type MadeSeatEvent, type SeatEventSeed } from '../seating/testing.ts';
import { routes as ticketRoutes } from '../tickets/index.ts';
import { routes } from './index.ts';
import { altered, CARDS, type CheckoutWorld, card, checkoutWorld } from './testing.ts';
import { endUnderPayment, keepSeats, seatedEvent, seatProblems } from './testing-seats.ts';

let w: CheckoutWorld;
let http: HttpWorld;
type Session = Awaited<ReturnType<typeof signedIn>>;
let fan: Session;
beforeAll(async () => {
  w = await checkoutWorld();
  http = await httpWorld(w.world, {
    slices: [
      (app) => routes(app, { ledger: w.world.ledger, checkout: w.checkout }),
      (app) => ticketRoutes(app, { ledger: w.world.ledger, clock: w.world.clock }),
    ],
  });
  fan = await signedIn(w.world, http.accounts);
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await http.app.close();
  await w.close();
});

const post = (url: string, body: unknown) => call(http.app, 'POST', url, { body, headers: fan.headers });
const get = (url: string) => call(http.app, 'GET', url, { headers: fan.headers });
const payBy = (orderId: string, card: string) =>
  post('/payment', { orderId, method: { provider: 'test', card } });

/** What the gate shows of the seats, a character each: 0 free, 1 held, 2 sold, 3 offered. */
async function shown(event: MadeSeatEvent): Promise<string> {
  await w.holds.settle(event.dropId);
  const read = await w.holds.gate.readSeats(event.dropId, null);
  if (read === null || read === 'same') throw new Error('the gate has no seats');
  return read.seats.toString();
}
/** Twelve seats of which these are in a state. */
const row = (seats: readonly number[], state: string) =>
  Array.from({ length: 12 }, (_, seat) => (seats.includes(seat) ? state : '0')).join('');

/** Without the orphan rule, which has tests of its own. */
const event = (seed: SeatEventSeed = {}) => seatedEvent(w, { orphanRule: false, ...seed });
const wanted = (e: MadeSeatEvent, seats: readonly number[]) => [
  { tierId: e.tierIds[0] as string, seatIds: seats.map((seat) => e.seatIds[seat] as string) },
];
async function book(e: MadeSeatEvent, seats: readonly number[]): Promise<string> {
  const answer = await post('/tickets/book', { eventId: e.eventId, items: wanted(e, seats) });
  expect(answer.status).toBe(201);
  return answer.body.order.id;
}

describe('over HTTP', () => {
  test('O17, O24, O25, T9, T10: seats are booked by an event, and named by order, tickets and calendar', async () => {
    const e = await event();
    const items = [...wanted(e, [9, 8]), { tierId: e.tierIds[1] as string, quantity: 1 }];
    const booked = await post('/tickets/book', { eventId: e.eventId, items });
    expect(booked.status).toBe(201);
    const { order } = booked.body;
    const named: SeatRef[] = [8, 9].map((seat) => ({
      id: e.seatIds[seat] as string,
      section: 'Section A',
      row: 'B',
      label: String(seat - 5),
    }));
    expect(order.items.map((item: { seats?: SeatRef[] }) => item.seats)).toEqual([named, undefined]);
    expect(await shown(e)).toBe(row([8, 9], '1'));

    const paid = await payBy(order.id, CARDS.good);
    expect(paid.status).toBe(200);
    expect(paid.body.tickets.map((ticket: TicketView) => ticket.seat)).toEqual([...named, null]);
    expect(await shown(e)).toBe(row([8, 9], '2'));
    const mine = await get('/me/tickets');
    const [ticket] = mine.body.items.filter((one: TicketView) => one.seat?.id === named[0]?.id);
    expect((await get(`/tickets/${ticket.id}`)).body.seat).toEqual(named[0]);
    const calendar = await call(http.app, 'GET', `/tickets/${ticket.id}/calendar.ics`, {
      headers: fan.headers,
    });
    expect(String(calendar.text).replaceAll('\r\n ', '')).toContain(
      'LOCATION:The Hall\\, Bern: Section A\\, row B\\, seat 3\r\n',
    );
    expect((await get('/me/orders')).body.items[0].items[0].seats).toEqual(named);
  });

  test('O25: best available, accessible seats and a channel by its code', async () => {
    const map = hallMap({ rows: 2, seatsPerRow: 6, accessible: true });
    const e = await event({ map, accessibleHoursBefore: 24 });
    const seatsOf = (answer: { body: { order: { items: { seats: SeatRef[] }[] } } }) =>
      answer.body.order.items.flatMap((item) => item.seats.map((seat) => e.seatIds.indexOf(seat.id)));
    const items = [{ bestAvailable: 2, together: 'row' }];
    const accessible = await post('/tickets/book', { eventId: e.eventId, items, accessible: true });
    expect(accessible.status).toBe(201);
    expect(seatsOf(accessible)).toContain(6);

    await w.sql(
      `insert into ticketing.seat_channels (event_id, channel, name, code) values ($1, 2, 'Friends', 'FRIENDS')`,
      [e.eventId],
    );
    await keepSeats(w, e, 2, [2, 3]);
    await w.holds.gate.reopen(e.dropId, 'a channel was made');
    const body = { eventId: e.eventId, items: wanted(e, [2, 3]) };
    expect(await post('/tickets/book', body)).toMatchObject({
      status: 409,
      body: { error: { code: 'SEATS_TAKEN' } },
    });
    const friend = await post('/tickets/book', { ...body, channel: 'FRIENDS' });
    expect([friend.status, seatsOf(friend)]).toEqual([201, [2, 3]]);
    expect(await seatProblems(w, e)).toEqual([]);
  });

  test('T9: a moved ticket names its new seat, and its code stays', async () => {
    const e = await event();
    const paid = await payBy(await book(e, [2]), CARDS.good);
    const [before] = paid.body.tickets as TicketView[];
    await w.sql('select outcome from ticketing.move_ticket($1, 9, $2, false, null)', [
      before!.id,
      e.vendorId,
    ]);
    const after = (await get(`/tickets/${before!.id}`)).body;
    expect(after).toEqual({ ...before, seat: expect.objectContaining({ row: 'B', label: '4' }) });
    expect(after.seat.id).toBe(e.seatIds[9]);
  });

  test('O25: wishes belong to an event, not to a hold', async () => {
    const holdId = w.world.ids.next();
    for (const wish of [{ accessible: true }, { channel: 'FRIENDS' }])
      expect(await post('/tickets/book', { holdId, ...wish })).toMatchObject({
        status: 400,
        body: { error: { code: 'INVALID_REQUEST', details: { field: 'holdId' } } },
      });
  });
});

describe('in the gate', () => {
  test('O23: seats of a capture that failed are free there, too, and sold to the next', async () => {
    const e = await event();
    expect((await payBy(await book(e, [2, 3]), CARDS.captureFails)).status).toBe(402);
    expect(await shown(e)).toBe(row([], '0'));
    expect((await payBy(await book(e, [3, 4]), CARDS.good)).status).toBe(200);
    expect(await shown(e)).toBe(row([3, 4], '2'));
    expect(await seatProblems(w, e)).toEqual([]);
  });

  test('O23: a ticket that was moved before its capture failed frees the seat it was moved to', async () => {
    const e = await event();
    const orderId = await book(e, [2, 3]);
    const foggy = w.another({
      providers: altered(w.providers, 'capture', async () => ({ state: 'unknown' })),
    });
    await foggy.pay(fan.user.id, { orderId, method: card(CARDS.captureFails) }, null);
    const [ticket] = await w.sql<{ id: string }>(
      'select id from ticketing.tickets where order_id = $1 and seat = 3',
      [orderId],
    );
    const [moved] = await w.sql('select outcome from ticketing.move_ticket($1, 9, $2, false, null)', [
      ticket!.id,
      e.vendorId,
    ]);
    expect(moved).toEqual({ outcome: 'MOVED' });
    expect((await shown(e))[9]).toBe('2');
    expect((await shown(e))[3]).toBe('0');
    await w.recoverAll();
    expect((await get(`/orders/${orderId}`)).body.order.status).toBe('canceled');
    expect(await shown(e)).toBe(row([], '0'));
    expect(await seatProblems(w, e)).toEqual([]);
  });

  test('O22: seats that a late payment has again are sold there, too', async () => {
    const e = await event();
    const orderId = await book(e, [2, 3]);
    await payBy(orderId, CARDS.step);
    const [order] = await w.sql<{ hold: string }>(
      'select hold_id as hold from ticketing.orders where id = $1',
      [orderId],
    );
    await endUnderPayment(w, { event: e, userId: fan.user.id, holdId: order!.hold, orderId });
    expect(await shown(e)).toBe(row([], '0'));
    expect((await post('/payment/confirm', { orderId })).status).toBe(200);
    expect(await shown(e)).toBe(row([2, 3], '2'));
    expect(await seatProblems(w, e)).toEqual([]);
  });
});
