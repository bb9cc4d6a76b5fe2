/** Where orders must have come to, and whether ledger and banks agree about every cent. */
import { expect } from 'vitest';
import type { Ordered, WalkHouse } from './house.ts';

interface End {
  order: string;
  hold: string;
  /** Tickets with a code that opens a door. */
  tickets: number;
  captured: number;
  refunded: number;
  total: number;
}

const READ = `
  select o.status as "order", h.status as hold, o.total_cents::int as total,
         (select count(*)::int from ticketing.tickets k where k.order_id = o.id and k.status = 'issued' and k.qr_code is not null) as tickets,
         (select coalesce(sum(p.captured_cents), 0)::int from ticketing.payments p where p.order_id = o.id) as captured,
         (select coalesce(sum(r.amount_cents), 0)::int from ticketing.refunds r where r.order_id = o.id and r.status = 'succeeded') as refunded
    from ticketing.orders o join ticketing.holds h on h.id = o.hold_id where o.id = $1`;

/** What both banks took and gave back for an order, by their own books; `held`: authorised, neither taken nor let go. */
async function banked({ w, stripe }: WalkHouse, o: Ordered) {
  const payments = await w.sql<{ id: string }>('select id from ticketing.payments where order_id = $1', [
    o.orderId,
  ]);
  const ids = new Set(payments.map(({ id }) => id));
  const books = stripe.control.books();
  const intents = books.intents.filter((intent) => ids.has(String(intent.metadata.payment_id)));
  const [test] = await w.sql<{ captured: number; refunded: number; held: number; times: number }>(
    `select coalesce(sum(c.amount_cents) filter (where c.status = 'captured'), 0)::int as captured,
            count(*) filter (where c.status = 'captured')::int as times,
            count(*) filter (where c.status in ('authorized', 'pending', 'requires_action'))::int as held,
            (select coalesce(sum(r.amount_cents), 0)::int from payments.test_refunds r
              where r.charge_id = any ($1) and r.status = 'succeeded') as refunded
       from payments.test_charges c where c.id = any ($1)`,
    [[...ids]],
  );
  const taken = intents.filter((intent) => intent.status === 'succeeded');
  // A charge that was let go before it was taken is called refunded, too: nobody had the money.
  const charges = books.charges.filter((charge) => taken.some(({ id }) => id === charge.payment_intent));
  return {
    times: taken.length + (test?.times ?? 0),
    captured: taken.reduce((sum, intent) => sum + intent.amount_received, 0) + (test?.captured ?? 0),
    refunded: charges.reduce((sum, charge) => sum + charge.amount_refunded, 0) + (test?.refunded ?? 0),
    held: intents.filter((intent) => intent.status === 'requires_capture').length + (test?.held ?? 0),
  };
}

/** The same end as without any kill: paid with tickets and one capture, or nothing kept of anybody's money. */
export async function expectEnd(house: WalkHouse, o: Ordered, at: string): Promise<void> {
  const [end] = await house.w.sql<End>(READ, [o.orderId]);
  const bank = await banked(house, o);
  const seen = { at, ...(end as End), bank };
  const { total } = seen;
  // The ledger's books are the banks'.
  expect(seen).toMatchObject({
    captured: bank.captured,
    refunded: bank.refunded,
    bank: { held: 0 },
  });
  switch (o.end) {
    case 'paid':
      expect(seen).toMatchObject({
        order: 'paid',
        hold: 'completed',
        tickets: 2,
        refunded: 0,
        bank: { times: 1, captured: total },
      });
      return;
    case 'refunded':
      expect(seen).toMatchObject({ order: 'refunded', tickets: 0, bank: { times: 1, refunded: total } });
      return;
    case 'canceled':
      expect(seen).toMatchObject({ order: 'canceled', tickets: 0, bank: { captured: 0 } });
      return;
    case 'nothing':
      expect(seen.tickets).toBe(0);
      expect(bank.captured - bank.refunded).toBe(0);
      expect(['pending', 'expired', 'canceled']).toContain(seen.order);
  }
}

/** What a kill gave back whole is paid by the fan's second try; then everything is where it belongs. */
export async function expectEnds(house: WalkHouse, walked: ReadonlyMap<string, Ordered>): Promise<void> {
  for (const [at, o] of walked)
    if (o.end === 'paid' && (await house.statusOf(o)) === 'pending') {
      const again = await house.pay(o);
      expect({ at, status: again?.status }).toEqual({ at, status: 200 });
    }
  for (const [at, o] of walked) await expectEnd(house, o, at);
  expect(await house.w.broken()).toEqual([]);
}
