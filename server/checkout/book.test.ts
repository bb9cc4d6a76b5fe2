import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../stores/testing.ts';
import { CARDS, type CheckoutWorld, checkoutWorld, type Probes, probes } from './testing.ts';

let w: CheckoutWorld;
let pay: Probes['pay'];
let code: Probes['code'];
let orderStatus: Probes['orderStatus'];
let lapseIn: Probes['lapseIn'];
beforeAll(async () => {
  w = await checkoutWorld();
  ({ pay, code, orderStatus, lapseIn } = probes(() => w));
});
afterAll(async () => {
  // Whatever a test here did, the ledger's invariants hold afterwards.
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const sameFor = async <T>(n: number, work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => work(i)));
describe('booking', () => {
  test('O1, O3: the order of a hold has its items, total and deadline', async () => {
    const event = await w.event({ tiers: [{ priceCents: 1250 }, { priceCents: 300 }] });
    const user = await w.world.createUser();
    const held = await w.holds.place(user.id, {
      dropId: event.dropId,
      requestId: w.world.ids.next(),
      items: [
        { tierId: event.tierIds[0]!, quantity: 2 },
        { tierId: event.tierIds[1]!, quantity: 1 },
      ],
    });
    if (!held.ok) throw new Error(held.error.code);
    const booked = await w.checkout.book(user.id, { holdId: held.value.id }, null);
    if (!booked.ok) throw new Error(booked.error.code);
    const { order } = booked.value;
    expect(order).toMatchObject({
      status: 'pending',
      totalCents: 2800,
      currency: 'EUR',
      holdId: held.value.id,
      expiresAt: held.value.expiresAt,
    });
    expect(order.reference).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(order.items.map((i) => [i.quantity, i.unitPriceCents])).toEqual([
      [2, 1250],
      [1, 300],
    ]);
  });

  test('O1: twenty bookings of one hold at once are one order', async () => {
    const event = await w.event();
    const user = await w.world.createUser();
    const holdId = await w.hold(event, user.id);
    const all = await sameFor(20, () => w.checkout.book(user.id, { holdId }, null));
    expect(new Set(all.map((r) => (r.ok ? r.value.order.id : r.error.code))).size).toBe(1);
    expect(await w.sql('select 1 from ticketing.orders where hold_id = $1', [holdId])).toHaveLength(1);
  });

  test('O3: a dead hold is refused, a lapsed one too before any sweep has seen it, and so is paying for it', async () => {
    const b = await w.book();
    const released = await w.book();
    await w.holds.release(released.userId, released.holdId);
    expect(code(await w.checkout.book(released.userId, { holdId: released.holdId }, null))).toBe(
      'HOLD_EXPIRED',
    );
    expect(code(await pay(released, CARDS.good))).toBe('ORDER_EXPIRED');
    await lapseIn(b, -1);
    expect(code(await w.checkout.book(b.userId, { holdId: b.holdId }, null))).toBe('HOLD_EXPIRED');
    expect(code(await pay(b, CARDS.good))).toBe('HOLD_EXPIRED');
    await w.holds.sweep();
    expect(await orderStatus(b)).toBe('expired');
    expect(code(await pay(b, CARDS.good))).toBe('ORDER_EXPIRED');
  });

  test("O3: a paused drop's clock stands still for its orders", async () => {
    const b = await w.book();
    await w.sql(
      `update ticketing.drops set phase = 'paused', phase_before_pause = 'live', paused_at = now() where id = $1`,
      [b.event.dropId],
    );
    await w.sql(
      `update ticketing.holds set expires_at = clock_timestamp() + interval '20 ms' where id = $1`,
      [b.holdId],
    );
    await w.sql(
      `update ticketing.ticket_holds i set expires_at = h.expires_at from ticketing.holds h where h.id = i.hold_id and h.id = $1`,
      [b.holdId],
    );
    await until(
      'its deadline is past',
      async () =>
        (await w.sql('select 1 from ticketing.holds where id = $1 and expires_at < now()', [b.holdId]))
          .length === 1,
    );
    expect(code(await pay(b, CARDS.good))).toBe('OK');
  });

  test('O4: a key books once: the same body the same order, another body is refused', async () => {
    const event = await w.event();
    const user = await w.world.createUser();
    const [one, two] = [await w.hold(event, user.id, 1), await w.hold(event, user.id, 1)];
    const first = await w.checkout.book(user.id, { holdId: one }, 'book-key');
    const again = await w.checkout.book(user.id, { holdId: one }, 'book-key');
    expect(first.ok && again.ok && again.value.order.id === first.value.order.id).toBe(true);
    expect(code(await w.checkout.book(user.id, { holdId: two }, 'book-key'))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await w.sql('select 1 from ticketing.orders where hold_id = $1', [two])).toHaveLength(0);
  });

  test('O4, O17: items of an event are held by the rules of holds and booked, once per key', async () => {
    const event = await w.event({ tiers: [{ quantity: 3 }], drop: { limitPerFan: 2 } });
    const user = await w.world.createUser();
    const items = [{ tierId: event.tierIds[0]!, quantity: 2 }];
    const all = await sameFor(5, () =>
      w.checkout.book(user.id, { eventId: event.eventId, items }, 'items-key'),
    );
    expect(new Set(all.map((r) => (r.ok ? r.value.order.id : r.error.code))).size).toBe(1);
    expect(await w.sql('select 1 from ticketing.holds where drop_id = $1', [event.dropId])).toHaveLength(1);
    const other = [{ tierId: event.tierIds[0]!, quantity: 1 }];
    expect(code(await w.checkout.book(user.id, { eventId: event.eventId, items: other }, 'items-key'))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(code(await w.checkout.book(user.id, { eventId: event.eventId, items: other }, null))).toBe(
      'LIMIT_EXCEEDED',
    );
    const fan = await w.world.createUser();
    expect(code(await w.checkout.book(fan.id, { eventId: event.eventId, items }, null))).toBe('SOLD_OUT');
    expect(code(await w.checkout.book(fan.id, { eventId: w.world.ids.next(), items }, null))).toBe(
      'NOT_FOUND',
    );
    const inLine = await w.event({ drop: { hasLine: true } });
    expect(
      code(
        await w.checkout.book(
          fan.id,
          { eventId: inLine.eventId, items: [{ tierId: inLine.tierIds[0]!, quantity: 1 }] },
          null,
        ),
      ),
    ).toBe('NO_TURN');
    const over = await w.event({ drop: { phase: 'ended' } });
    expect(
      code(
        await w.checkout.book(
          fan.id,
          { eventId: over.eventId, items: [{ tierId: over.tierIds[0]!, quantity: 1 }] },
          null,
        ),
      ),
    ).toBe('NOT_OPEN');
  });

  test("O16: another fan's hold and order do not exist", async () => {
    const b = await w.book();
    const thief = { ...b, userId: (await w.world.createUser()).id };
    expect(code(await w.checkout.book(thief.userId, { holdId: b.holdId }, null))).toBe('NOT_FOUND');
    expect(code(await pay(thief, CARDS.good))).toBe('NOT_FOUND');
    expect(code(await w.checkout.confirm(thief.userId, b.orderId, true))).toBe('NOT_FOUND');
    expect(await orderStatus(b)).toBe('pending');
  });
});
