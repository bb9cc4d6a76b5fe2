/** The order of a hold, written down (rules O1, O3, O4): those that are booked together in one transaction. */
import type { Clock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { columnsOf, type Db, statement } from '../stores/index.ts';
import { createTogether } from './together.ts';

export interface Booking {
  holdId: string;
  userId: string;
  /** Of the order that is made, if one is. */
  orderId: string;
  reference: string;
  key: string | null;
  hash: Buffer;
  /** Codes of affiliates by whose links the fan came, the last one first, with commas between them; null: by none. */
  via: string | null;
}

export interface BookedOrder {
  outcome: 'BOOKED' | 'SAME' | 'HOLD_EXPIRED' | 'NOT_FOUND' | 'KEY_REUSED';
  orderId: string;
}

const bookOne = statement(
  'book_order',
  'select outcome, order_id as "orderId" from ticketing.book_order($1, $2, $3, $4, $5, $6)',
);
const bookAll = statement('book_orders', 'select ticketing.book_orders($1, $2, $3, $4, $5, $6) as booked');

/**
 * Writes beside a new order by whom it came (rules V43 to V45), in the statement that makes it: the first of the codes that
 * counts for the event's vendor, the event, this moment and this fan. None does: nobody, and the sale goes on. `wishes` and
 * `b`, what was booked, are named by the statement around it. Whoever came by no link pays for none of this.
 */
const attribute = (wishes: string, isBooked: string) => `via as (
  insert into ticketing.affiliate_orders (order_id, affiliate_id, commission_bp)
  select q.order_id, a.id, a.commission_bp
    from b cross join ${wishes} as q (hold_id, user_id, order_id, codes)
    join ticketing.holds h on h.id = q.hold_id
    join ticketing.drops d on d.id = h.drop_id join events.events e on e.id = d.event_id
    cross join lateral (
      select a.id, a.commission_bp from unnest(string_to_array(q.codes, ',')) with ordinality as c (code, n)
        join ticketing.affiliates a on a.vendor_id = e.vendor_id and lower(a.code) = lower(c.code)
       where a.active and (a.event_ids is null or e.id = any (a.event_ids))
         and coalesce(a.starts_at <= now(), true) and coalesce(a.ends_at > now(), true)
         and not exists (select from accounts.users u where u.id = q.user_id and u.email = a.email)
       order by c.n limit 1) a
   where ${isBooked})`;
const bookOneVia = statement(
  'book_order_via',
  `with b as materialized (select * from ticketing.book_order($1, $2, $3, $4, $5, $6)),
   ${attribute('(values ($1::uuid, $2::uuid, $3::uuid, $7::text))', "b.outcome = 'BOOKED'")}
   select outcome, order_id as "orderId" from b`,
);
const bookAllVia = statement(
  'book_orders_via',
  `with b as materialized (select ticketing.book_orders($1, $2, $3, $4, $5, $6) as booked),
   ${attribute('unnest($1::uuid[], $2::uuid[], $3::uuid[], $7::text[])', 'q.order_id = any (b.booked)')}
   select booked from b`,
);

const valuesOf = (b: Booking): unknown[] => [b.holdId, b.userId, b.orderId, b.reference, b.key, b.hash];
const valuesVia = (b: Booking): unknown[] => [...valuesOf(b), b.via];

/** In a transaction of the caller's. */
export const bookOrder = async (tx: Db, booking: Booking): Promise<BookedOrder> =>
  (await (booking.via === null
    ? tx.one<BookedOrder>(bookOne, valuesOf(booking))
    : tx.one<BookedOrder>(bookOneVia, valuesVia(booking)))) as BookedOrder;

/** In one of its own, shared with whoever books at the same moment. @throws what the ledger throws */
export function createBookOrder(db: Db, clock: Clock): (booking: Booking) => Promise<BookedOrder> {
  const bookings = createTogether<Booking, BookedOrder>({
    clock,
    maxBatch: LIMITS.checkoutBatchMax,
    maxInFlight: LIMITS.checkoutBatchesInFlight,
    distinct: (b) => b.holdId,
    async all(_key, batch) {
      const via = batch.some((b) => b.via !== null);
      const done = await db.one<{ booked: string[] }>(
        via ? bookAllVia : bookAll,
        columnsOf(batch.map(via ? valuesVia : valuesOf)),
      );
      const booked = new Set(done?.booked);
      return batch.map(({ orderId }) =>
        booked.has(orderId) ? { outcome: 'BOOKED' as const, orderId } : undefined,
      );
    },
    one: (booking) => bookOrder(db, booking),
  });
  return (booking) => bookings.submit('', booking);
}
