import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ORDER_STATUSES, type OrderStatus } from '../protocol/index.ts';
import { nextStatus, ORDER_EVENTS, type OrderEvent } from './order.ts';
import { referenceOf } from './reference.ts';
import { type Booking, type CheckoutWorld, checkoutWorld } from './testing.ts';

// Complete by type: a new state or event does not compile until it is decided here.
const TABLE: Record<OrderStatus, Record<OrderEvent, OrderStatus | null>> = {
  pending: {
    pay: 'paying',
    withdraw: null,
    complete: null,
    capture: null,
    fail: null,
    lapse: 'expired',
    cancel: 'canceled',
    refund_part: null,
    refund_all: null,
  },
  paying: {
    pay: null,
    withdraw: 'pending',
    complete: 'committed',
    capture: null,
    fail: null,
    lapse: 'expired',
    cancel: null,
    refund_part: null,
    refund_all: null,
  },
  committed: {
    pay: null,
    withdraw: null,
    complete: null,
    capture: 'paid',
    fail: 'canceled',
    lapse: null,
    cancel: null,
    refund_part: 'partially_refunded',
    refund_all: 'refunded',
  },
  paid: {
    pay: null,
    withdraw: null,
    complete: null,
    capture: null,
    fail: null,
    lapse: null,
    cancel: null,
    refund_part: 'partially_refunded',
    refund_all: 'refunded',
  },
  partially_refunded: {
    pay: null,
    withdraw: null,
    complete: null,
    capture: null,
    fail: null,
    lapse: null,
    cancel: null,
    refund_part: 'partially_refunded',
    refund_all: 'refunded',
  },
  refunded: {
    pay: null,
    withdraw: null,
    complete: null,
    capture: null,
    fail: null,
    lapse: null,
    cancel: null,
    refund_part: null,
    refund_all: null,
  },
  expired: {
    pay: null,
    withdraw: null,
    complete: 'committed',
    capture: null,
    fail: null,
    lapse: null,
    cancel: null,
    refund_part: null,
    refund_all: null,
  },
  canceled: {
    pay: null,
    withdraw: null,
    complete: null,
    capture: null,
    fail: null,
    lapse: null,
    cancel: null,
    refund_part: null,
    refund_all: null,
  },
};

describe('the machine', () => {
  for (const status of ORDER_STATUSES)
    test(`O2: every event in ${status}`, () => {
      for (const event of ORDER_EVENTS)
        expect([event, nextStatus(status, event)]).toEqual([event, TABLE[status][event]]);
    });
});

describe('the ledger', () => {
  let w: CheckoutWorld;
  let b: Booking;
  beforeAll(async () => {
    w = await checkoutWorld();
    b = await w.book();
  });
  afterAll(() => w.close());

  test('O2: the ledger lets an order go exactly where the machine does, whoever writes', async () => {
    for (const from of ORDER_STATUSES)
      for (const to of ORDER_STATUSES) {
        if (from === to) continue;
        const allowed = ORDER_EVENTS.some((event) => nextStatus(from, event) === to);
        const client = await w.world.ledger.payments.raw.connect();
        try {
          await client.query('begin');
          // the state to begin in is set past the guard, which this test is about
          await client.query('alter table ticketing.orders disable trigger order_moved');
          await client.query('update ticketing.orders set status = $2 where id = $1', [b.orderId, from]);
          await client.query('alter table ticketing.orders enable trigger order_moved');
          const moved = await client
            .query('update ticketing.orders set status = $2 where id = $1', [b.orderId, to])
            .then(
              () => true,
              (err: { code?: string }) => {
                if (err.code !== '23514') throw err;
                return false;
              },
            );
          expect(`${from} to ${to}: ${moved}`).toBe(`${from} to ${to}: ${allowed}`);
        } finally {
          await client.query('rollback');
          client.release();
        }
      }
  });

  test('O2: each move is logged with its cause, also one made outside this program', async () => {
    await w.sql(`update ticketing.orders set status = 'canceled' where id = $1`, [b.orderId]);
    const log = await w.sql(
      'select from_status, to_status, cause from ticketing.order_log where order_id = $1 order by id',
      [b.orderId],
    );
    expect(log).toEqual([
      { from_status: null, to_status: 'pending', cause: 'booked' },
      { from_status: 'pending', to_status: 'canceled', cause: 'ledger' },
    ]);
  });

  test('O1: references are short, readable and spread', () => {
    const all = new Set(Array.from({ length: 2_000 }, () => referenceOf(w.world.ids.next())));
    expect(all.size).toBe(2_000);
    for (const one of all) expect(one).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  });
});
