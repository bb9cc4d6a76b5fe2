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

const valuesOf = (b: Booking): unknown[] => [b.holdId, b.userId, b.orderId, b.reference, b.key, b.hash];

/** In a transaction of the caller's. */
export const bookOrder = async (tx: Db, booking: Booking): Promise<BookedOrder> =>
  (await tx.one<BookedOrder>(bookOne, valuesOf(booking))) as BookedOrder;

/** In one of its own, shared with whoever books at the same moment. @throws what the ledger throws */
export function createBookOrder(db: Db, clock: Clock): (booking: Booking) => Promise<BookedOrder> {
  const bookings = createTogether<Booking, BookedOrder>({
    clock,
    maxBatch: LIMITS.checkoutBatchMax,
    maxInFlight: LIMITS.checkoutBatchesInFlight,
    distinct: (b) => b.holdId,
    async all(_key, batch) {
      const done = await db.one<{ booked: string[] }>(bookAll, columnsOf(batch.map(valuesOf)));
      const booked = new Set(done?.booked);
      return batch.map(({ orderId }) =>
        booked.has(orderId) ? { outcome: 'BOOKED' as const, orderId } : undefined,
      );
    },
    one: (booking) => bookOrder(db, booking),
  });
  return (booking) => bookings.submit('', booking);
}
