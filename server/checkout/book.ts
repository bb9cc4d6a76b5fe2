/** Booking: the order of a hold (rules O1, O3, O4), or of a hold placed for it (rule O17). */

import type { Holds } from '../holds/index.ts';
import type { Ids } from '../kernel/index.ts';
import { type HoldPlace, type OrderView, ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, type Ledger, sqlState, statement } from '../stores/index.ts';
import { requestHash, requestIdOf } from './idempotency.ts';
import { readOrder } from './orders.ts';
import { referenceOf } from './reference.ts';

export type BookRequest =
  | { holdId: string }
  | ({ eventId: string } & Pick<HoldPlace, 'items' | 'accessible' | 'channel'>);

export interface BookDeps {
  ledger: Ledger;
  ids: Ids;
  holds: Pick<Holds, 'place'>;
}

const bookOrder = statement(
  'book_order',
  'select outcome, order_id from ticketing.book_order($1, $2, $3, $4, $5, $6)',
);
const openDrop = statement(
  'book_open_drop',
  `select d.id from events.events e
     left join ticketing.drops d on d.event_id = e.id and d.phase not in ('ended', 'canceled')
    where e.id = $1 and e.status <> 'draft'`,
);
const knownKey = statement(
  'book_known_key',
  'select request_hash, subject_id from ticketing.idempotency_keys where user_id = $1 and key = $2',
);

type BookOutcome = 'BOOKED' | 'SAME' | 'HOLD_EXPIRED' | 'NOT_FOUND' | 'KEY_REUSED';

const UNIQUE_VIOLATION = '23505';
const REFERENCE_TRIES = 5;

export interface Booked {
  order: OrderView;
}

export type Book = (userId: string, request: BookRequest, key: string | null) => Promise<Result<Booked>>;

export function createBook({ ledger, ids, holds }: BookDeps): Book {
  async function show(db: Db, userId: string, orderId: string): Promise<Result<Booked>> {
    const order = await readOrder(db, userId, orderId);
    return order ? ok({ order }) : refuse('NOT_FOUND');
  }

  async function bookHold(
    userId: string,
    holdId: string,
    key: string | null,
    hash: Buffer,
  ): Promise<Result<Booked>> {
    for (let attempt = 1; ; attempt++) {
      const id = ids.next();
      try {
        const values = [holdId, userId, id, referenceOf(id), key, hash];
        const row = (await ledger.payments.one<{ outcome: BookOutcome; order_id: string }>(
          bookOrder,
          values,
        ))!;
        if (row.outcome === 'BOOKED' || row.outcome === 'SAME')
          return show(ledger.payments, userId, row.order_id);
        return refuse(row.outcome === 'KEY_REUSED' ? 'IDEMPOTENCY_KEY_REUSED' : row.outcome);
      } catch (err) {
        // Somebody has this reference: another id brings another one.
        if (sqlState(err) !== UNIQUE_VIOLATION || attempt === REFERENCE_TRIES) throw err;
      }
    }
  }

  return async (userId, request, key) => {
    const hash = requestHash('book', request);
    if ('holdId' in request) return bookHold(userId, request.holdId, key, hash);

    if (key !== null) {
      const known = await ledger.payments.one<{ request_hash: Buffer; subject_id: string }>(knownKey, [
        userId,
        key,
      ]);
      if (known)
        return known.request_hash.equals(hash)
          ? show(ledger.payments, userId, known.subject_id)
          : refuse('IDEMPOTENCY_KEY_REUSED');
    }
    const event = await ledger.reads.one<{ id: string | null }>(openDrop, [request.eventId]);
    if (!event) return refuse('NOT_FOUND');
    if (event.id === null) return refuse('NOT_OPEN');
    const requestId = key === null ? ids.next() : requestIdOf(userId, key);
    const { eventId: _event, ...wish } = request;
    const held = await holds.place(userId, { dropId: event.id, requestId, ...wish });
    if (held.ok) return bookHold(userId, held.value.id, key, hash);
    return held.error.code === 'REQUEST_ID_REUSED' ? refuse('IDEMPOTENCY_KEY_REUSED') : held;
  };
}
