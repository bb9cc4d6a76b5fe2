/** Payments against expiry, and against a hold that ended under their feet. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  altered,
  type Booking,
  CARDS,
  type CheckoutWorld,
  checkoutWorld,
  type Probes,
  probes,
} from './testing.ts';

let w: CheckoutWorld;
let pay: Probes['pay'];
let code: Probes['code'];
let counters: Probes['counters'];
let stands: Probes['stands'];
let lapseIn: Probes['lapseIn'];
beforeAll(async () => {
  w = await checkoutWorld();
  ({ pay, code, counters, stands, lapseIn } = probes(() => w));
});
afterAll(() => w.close());

const capNow = (b: Booking) =>
  w.sql('update ticketing.holds set paying_until = now() where id = $1', [b.holdId]);
/** What no part of this program does: takes a paying hold's stock away, as a careless hand in the ledger could. */
async function endUnderPayment(b: Booking): Promise<void> {
  await w.sql(`update ticketing.holds set status = 'active' where id = $1`, [b.holdId]);
  await w.sql(`select ticketing.end_holds($1, array[$2::uuid], 'released', 1)`, [b.event.dropId, b.holdId]);
  await w.holds.settle(b.event.dropId);
}

/** From "over already" to "in time, on any machine". */
const LAPSES_MS = [-1, 0, 1, 2, 3, 5, 8, 12, 30, 400];

describe('expiry against payment', () => {
  test('O3, O5: whoever comes first wins whole: paid with tickets, or expired with the stock back', async () => {
    const ends: Record<string, number> = {};
    const rounds = 40;
    for (let i = 0; i < rounds; i++) {
      const b = await w.book({ seed: { tiers: [{ quantity: 2 }] } });
      await lapseIn(b, LAPSES_MS[i % LAPSES_MS.length] as number);
      const sweeping = (async () => {
        for (let k = 0; k < 4; k++) await w.holds.sweep();
      })();
      const [answer] = await Promise.all([pay(b, CARDS.good), sweeping]);
      await w.holds.sweep();
      const { order, hold } = (await stands(b))!;
      const end = `${code(answer)} ${order} ${hold} ${JSON.stringify(await counters(b))}`;
      expect([
        'OK paid completed {"r":0,"i":2}',
        'HOLD_EXPIRED expired expired {"r":0,"i":0}',
        'ORDER_EXPIRED expired expired {"r":0,"i":0}',
      ]).toContain(end);
      ends[code(answer)] = (ends[code(answer)] ?? 0) + 1;
    }
    // Both outcomes were met: the race was one.
    expect(ends.OK ?? 0).toBeGreaterThan(0);
    expect(rounds - (ends.OK ?? 0)).toBeGreaterThan(0);
    expect(await w.broken()).toEqual([]);
  });

  test('O19: at its cap an undecided payment is void, and the hold is free to be paid again', async () => {
    const b = await w.book();
    await pay(b, CARDS.step);
    await w.checkout.recover({ all: true });
    expect(await stands(b)).toMatchObject({ order: 'paying', payment: 'requires_action' });
    await capNow(b);
    expect(await w.checkout.recover({ all: true })).toMatchObject({ looked: 1, settled: 1 });
    expect(await stands(b)).toMatchObject({ order: 'pending', hold: 'active', payment: 'voided' });
    expect(code(await w.checkout.confirm(b.userId, b.orderId, true))).toBe('PAYMENT_DECLINED');
    expect(code(await pay(b, CARDS.good))).toBe('OK');
  });

  test('O19: where its hold is over too, its order expires and a late step is told so', async () => {
    const b = await w.book();
    await pay(b, CARDS.step);
    await lapseIn(b, -1);
    await capNow(b);
    await w.checkout.recover({ all: true });
    await w.holds.sweep();
    expect(await stands(b)).toMatchObject({ order: 'expired', hold: 'expired', payment: 'voided' });
    expect(code(await w.checkout.confirm(b.userId, b.orderId, true))).toBe('ORDER_EXPIRED');
    expect(await counters(b)).toEqual({ r: 0, i: 0 });
  });

  test('O13: while its provider does not confirm the void, nothing is released', async () => {
    const b = await w.book();
    await pay(b, CARDS.step);
    await lapseIn(b, -1);
    await capNow(b);
    const away = w.another({ providers: altered(w.providers, 'void', async () => ({ state: 'unknown' })) });
    await away.recover({ all: true });
    await w.holds.sweep();
    expect(await stands(b)).toMatchObject({ order: 'paying', hold: 'paying' });
    expect(await counters(b)).toEqual({ r: 2, i: 0 });
    await w.checkout.recover({ all: true });
    await w.holds.sweep();
    expect(await counters(b)).toEqual({ r: 0, i: 0 });
  });

  test('O13: a void that comes too late, because the bank had said yes, completes the order', async () => {
    const b = await w.book();
    await pay(b, CARDS.step);
    await capNow(b);
    const crossed = w.another({
      providers: altered(w.providers, 'void', async () => {
        await w.sql(
          `update payments.test_charges set status = 'authorized' where status = 'requires_action' and id in (select id from ticketing.payments where order_id = $1)`,
          [b.orderId],
        );
        return { state: 'authorized' };
      }),
    });
    await crossed.recover({ all: true });
    expect(await stands(b)).toMatchObject({ order: 'paid', hold: 'completed', payment: 'captured' });
  });
});

describe('a yes after the hold has ended', () => {
  test('O12: is seated again while the stock is free; the gate learns of it', async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 3 }] } });
    await pay(b, CARDS.step);
    await endUnderPayment(b);
    expect((await w.holds.gate.read(b.event.dropId))?.tiers[0]?.available).toBe(3);
    expect(code(await w.checkout.confirm(b.userId, b.orderId, true))).toBe('OK');
    expect(await stands(b)).toMatchObject({ order: 'paid', payment: 'captured' });
    expect(await counters(b)).toEqual({ r: 0, i: 2 });
    expect((await w.holds.gate.read(b.event.dropId))?.tiers[0]?.available).toBe(1);
  });

  test('O13: is given back, with a record, when the stock is gone', async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 3 }] } });
    await pay(b, CARDS.step);
    await endUnderPayment(b);
    const other = await w.book({ event: b.event, quantity: 2 });
    expect(code(await w.checkout.confirm(b.userId, b.orderId, true))).toBe('ORDER_EXPIRED');
    expect(await stands(b)).toMatchObject({ order: 'expired', payment: 'voided', cause: 'late_no_stock' });
    expect(
      await w.sql(
        'select c.status from payments.test_charges c join ticketing.payments p on p.id = c.id where p.order_id = $1',
        [b.orderId],
      ),
    ).toEqual([{ status: 'voided' }]);
    expect(code(await pay(other, CARDS.good))).toBe('OK');
  });

  test("O12: the fan's limit counts then, too", async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 9 }], drop: { limitPerFan: 2 } } });
    await pay(b, CARDS.step);
    await endUnderPayment(b);
    await w.book({ event: b.event, userId: b.userId, quantity: 1 });
    expect(code(await w.checkout.confirm(b.userId, b.orderId, true))).toBe('ORDER_EXPIRED');
    expect(await stands(b)).toMatchObject({ payment: 'voided', cause: 'late_no_stock' });
    expect(await w.broken()).toEqual([]);
  });

  test('O13: is given back when the drop was canceled meanwhile, hold or no hold', async () => {
    const b = await w.book();
    await pay(b, CARDS.step);
    await w.sql(`update ticketing.drops set phase = 'canceled', ended_at = now() where id = $1`, [
      b.event.dropId,
    ]);
    expect((await w.checkout.confirm(b.userId, b.orderId, true)).ok).toBe(false);
    expect(await stands(b)).toMatchObject({
      order: 'pending',
      hold: 'active',
      payment: 'voided',
      cause: 'order_closed',
    });
    expect(await counters(b)).toEqual({ r: 2, i: 0 });
    expect(code(await pay(b, CARDS.good))).toBe('ORDER_CLOSED');
  });
});

describe('a provider behind an open breaker', () => {
  test('O20: is not waited for: the hold thaws at once, and the same key may try again', async () => {
    const b = await w.book();
    const order = { orderId: b.orderId, method: { provider: 'test' as const, card: CARDS.good } };
    const broken = w.another({
      providers: altered(w.providers, 'authorise', async () => ({
        state: 'unknown',
        reason: 'provider_unavailable',
      })),
    });
    expect(await broken.pay(b.userId, order, 'again')).toMatchObject({
      ok: false,
      error: {
        code: 'TEMPORARILY_UNAVAILABLE',
        details: { orderStatus: 'pending', retryAfterMs: expect.any(Number) },
      },
    });
    expect(await stands(b)).toMatchObject({ order: 'pending', hold: 'active', payment: 'voided' });
    expect(code(await w.checkout.pay(b.userId, order, 'again'))).toBe('OK');
  });
});
