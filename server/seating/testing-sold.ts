/** A house with seats that are held and sold, for tests of what a vendor does with them. */

import { type Booking, CARDS, type CheckoutWorld, checkoutWorld, probes } from '../checkout/testing.ts';
import { until } from '../stores/testing.ts';
import type { Account } from '../transport/index.ts';
import { createSeating, type Seating } from './seating.ts';
import type { MadeSeatEvent } from './testing.ts';

export interface Sold {
  orderId: string;
  userId: string;
  holdId: string;
  ticketIds: string[];
}

export interface SeatingWorld extends Omit<CheckoutWorld, 'book'> {
  checkoutWorld: CheckoutWorld;
  seating: Seating;
  /** Tickets for these seats, which are all of one tier: held and paid for by a fan of their own. */
  sell(event: MadeSeatEvent, seats: number[]): Promise<Sold>;
  /** The same, but not paid for yet. */
  book(event: MadeSeatEvent, seats: number[]): Promise<Booking>;
  /** Counters of the event's tiers: reserved, issued, kept. */
  counters(event: MadeSeatEvent): Promise<[number, number, number][]>;
  vendorOf(event: { vendorId: string }): Account;
}

export const accountOf = (id: string, role: Account['role']): Account => ({
  id,
  role,
  name: role,
  sessionId: '',
});

export async function seatingWorld(): Promise<SeatingWorld> {
  const w = await checkoutWorld();
  const { gate } = w.holds;
  const seating = createSeating({
    ledger: w.world.ledger,
    log: w.world.log,
    reopen: gate.reopen,
    syncKept: gate.syncKept,
    settle: w.holds.settle,
    publish: gate.publish,
  });
  const { pay } = probes(() => w);
  async function book(event: MadeSeatEvent, seats: number[]): Promise<Booking> {
    const userId = (await w.world.createUser()).id;
    const tierId = await tierOf(event, seats[0] as number);
    const held = await w.holds.place(userId, {
      dropId: event.dropId,
      requestId: w.world.ids.next(),
      items: [{ tierId, seatIds: seats.map((seat) => event.seatIds[seat] as string) }],
    });
    if (!held.ok) throw new Error(`not held: ${held.error.code}`);
    const booked = await w.checkout.book(userId, { holdId: held.value.id }, null);
    if (!booked.ok) throw new Error(`not booked: ${booked.error.code}`);
    return { event, userId, holdId: held.value.id, orderId: booked.value.order.id };
  }
  async function tierOf(event: MadeSeatEvent, seat: number): Promise<string> {
    const [row] = await w.sql<{ tier_id: string }>(
      'select tier_id from ticketing.seats where event_id = $1 and seat = $2',
      [event.eventId, seat],
    );
    return row?.tier_id as string;
  }
  return {
    ...w,
    checkoutWorld: w,
    seating,
    book,
    async sell(event, seats) {
      const booked = await book(event, seats);
      const paid = await pay(booked, CARDS.good);
      if (!paid.ok) throw new Error(`not paid: ${paid.error.code}`);
      const ticketsOf = () =>
        w.sql<{ id: string }>('select id from ticketing.tickets where order_id = $1 order by ordinal', [
          booked.orderId,
        ]);
      let tickets = await ticketsOf();
      // On a busy machine the bank's answer came late: then the order is still being paid, maybe by another sale's round.
      await until('the sale is through', async () => {
        if (tickets.length === 0) await w.recoverAll();
        tickets = await ticketsOf();
        return tickets.length > 0;
      });
      return { ...booked, ticketIds: tickets.map(({ id }) => id) };
    },
    async counters(event) {
      const rows = await w.sql<{ r: number; i: number; k: number }>(
        `select reserved_quantity as r, issued_quantity as i, kept_quantity as k from ticketing.ticket_tiers
          where event_id = $1 order by position`,
        [event.eventId],
      );
      return rows.map(({ r, i, k }) => [r, i, k]);
    },
    vendorOf: (event) => accountOf(event.vendorId, 'vendor'),
  };
}
