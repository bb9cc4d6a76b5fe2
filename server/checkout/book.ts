/** Booking: the order of a hold (rules O1, O3, O4), or of a hold placed for it (rule O17), with a promo code and points if they are given (C20, Y17). */

import type { Holds } from '../holds/index.ts';
import type { Clock, Ids } from '../kernel/index.ts';
import { hasPoints, usePoints } from '../loyalty/index.ts';
import { applyCode, type Guessing } from '../pricing/index.ts';
import {
  type HoldPlace,
  type OrderView,
  ok,
  type PointsWish,
  RefusalError,
  type Result,
  refuse,
} from '../protocol/index.ts';
import { isRepeatable, type Ledger, sqlState, statement } from '../stores/index.ts';
import { bookOrder, createBookOrder } from './book-order.ts';
import { requestHash, requestIdOf } from './idempotency.ts';
import { createReadOrder } from './orders.ts';
import { referenceOf } from './reference.ts';
import { codesIn } from './via.ts';

/** What an order costs less by, from its first moment. */
type Extras = {
  code?: string;
  points?: PointsWish;
  /** By whose links the fan came: codes of affiliates, the last one first, with commas between them (V43). */
  via?: string;
};

export type BookRequest =
  | ({ holdId: string } & Extras)
  | ({ eventId: string } & Extras & Pick<HoldPlace, 'items' | 'accessible' | 'channel'>);

export interface BookDeps {
  ledger: Ledger;
  ids: Ids;
  clock: Clock;
  holds: Pick<Holds, 'place'>;
  /** Bounds how often codes are tried. */
  guessing: Guessing;
}

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

/** Asked again for the code it has: whatever became of the order, there is nothing to do. */
const hasCode = statement(
  'book_has_code',
  `select 1 from ticketing.code_uses u join ticketing.codes c on c.id = u.code_id
    where u.order_id = $1 and not u.presale and lower(c.code) = lower($2)`,
);

interface Wish {
  userId: string;
  holdId: string;
  code: string | undefined;
  points: PointsWish | undefined;
  via: string | null;
  key: string | null;
  hash: Buffer;
}

const UNIQUE_VIOLATION = '23505';
/** Of book_order: the presale code that opened the hold has no uses left. */
const PRESALE_USED_UP = 'HF002';
const TRIES = 5;

export interface Booked {
  order: OrderView;
}

export type Book = (userId: string, request: BookRequest, key: string | null) => Promise<Result<Booked>>;

export function createBook({ ledger, ids, clock, holds, guessing }: BookDeps): Book {
  const bookTogether = createBookOrder(ledger.payments, clock);
  const readOrder = createReadOrder(ledger.payments);

  async function show(userId: string, orderId: string): Promise<Result<Booked>> {
    const order = await readOrder(userId, orderId);
    return order ? ok({ order }) : refuse('NOT_FOUND');
  }

  /** The id of the hold's order. */
  async function bookOnce(
    write: typeof bookTogether,
    { code: _, points: _points, ...wish }: Wish,
  ): Promise<Result<string>> {
    const id = ids.next();
    const { outcome, orderId } = await write({ ...wish, orderId: id, reference: referenceOf(id) });
    if (outcome === 'BOOKED' || outcome === 'SAME') return ok(orderId);
    return refuse(outcome === 'KEY_REUSED' ? 'IDEMPOTENCY_KEY_REUSED' : outcome);
  }

  /** What was refused leaves no order behind. @throws RefusalError */
  function orNothing(applied: Result<void>): void {
    if (applied.ok) return;
    const { code: why, details, message } = applied.error;
    throw new RefusalError(why, details, message);
  }

  /** With its code and points, or not at all. Points go on what the code leaves. @throws RefusalError */
  const bookWithExtras = (wish: Wish): Promise<Result<string>> =>
    ledger.payments.transaction(async (tx) => {
      const { userId, code, points } = wish;
      const booked = await bookOnce((booking) => bookOrder(tx, booking), wish);
      if (!booked.ok) return booked;
      if (code !== undefined && !(await tx.one(hasCode, [booked.value, code])))
        orNothing(await applyCode(tx, userId, booked.value, code));
      if (points !== undefined && !(await hasPoints(tx, userId, booked.value, points)))
        orNothing(await usePoints(tx, userId, booked.value, points));
      return booked;
    });

  async function bookHold(wish: Wish): Promise<Result<Booked>> {
    const plain = wish.code === undefined && wish.points === undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        const booked = plain ? await bookOnce(bookTogether, wish) : await bookWithExtras(wish);
        return booked.ok ? await show(wish.userId, booked.value) : booked;
      } catch (err) {
        if (err instanceof RefusalError) return { ok: false, error: err.refusal };
        if (sqlState(err) === PRESALE_USED_UP) return refuse('CODE_USED_UP');
        // Somebody has this reference (another id brings another one), or codes and points were locked crosswise.
        const again = sqlState(err) === UNIQUE_VIOLATION || isRepeatable(err);
        if (!again || attempt === TRIES) throw err;
      }
    }
  }

  const book: Book = async (userId, { via: came, ...request }, key) => {
    // By whom somebody came makes no other request of it: it must never be what a sale is refused for.
    const hash = requestHash('book', request);
    const via = codesIn(came);
    const { code, points } = request;
    if ('holdId' in request)
      return bookHold({ userId, holdId: request.holdId, code, points, via, key, hash });

    if (key !== null) {
      const known = await ledger.payments.one<{ request_hash: Buffer; subject_id: string }>(knownKey, [
        userId,
        key,
      ]);
      if (known)
        return known.request_hash.equals(hash)
          ? show(userId, known.subject_id)
          : refuse('IDEMPOTENCY_KEY_REUSED');
    }
    const event = await ledger.reads.one<{ id: string | null }>(openDrop, [request.eventId]);
    if (!event) return refuse('NOT_FOUND');
    if (event.id === null) return refuse('NOT_OPEN');
    const requestId = key === null ? ids.next() : requestIdOf(userId, key);
    const { eventId: _event, code: _code, points: _points, ...wish } = request;
    const held = await holds.place(userId, { dropId: event.id, requestId, ...wish });
    if (held.ok) {
      const holdId = held.value.id;
      const booked = await bookHold({ userId, holdId, code, points, via, key, hash });
      // What was held stays held: it can be booked without code and points, or with others.
      return booked.ok
        ? booked
        : { ok: false, error: { ...booked.error, details: { ...booked.error.details, holdId } } };
    }
    return held.error.code === 'REQUEST_ID_REUSED' ? refuse('IDEMPOTENCY_KEY_REUSED') : held;
  };
  return (userId, request, key) =>
    request.code === undefined
      ? book(userId, request, key)
      : guessing(userId, () => book(userId, request, key));
}
