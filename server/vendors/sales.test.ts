import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type MadeSale, makeSale } from '../operations/testing.ts';
import type { SalesView } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { createSales, RECENT_MINUTES, type Sales, summariesOf } from './index.ts';

let world: TestWorld;
let sales: Sales;
let sale: MadeSale;

beforeAll(async () => {
  world = await testWorld();
  sales = createSales(world.ledger.reads);
});
afterAll(() => world.close());
beforeEach(async () => {
  sale = await makeSale(world);
});

const sql = (text: string, values: unknown[] = []) =>
  world.ledger.reads.all(statement('sales_test', text), values);

async function figures(eventId = sale.eventId, minutes?: number): Promise<SalesView> {
  const view = await sales.salesOf(eventId, minutes);
  if (!view.ok) throw new Error(view.error.code);
  return view.value;
}

test('V1: figures that belong together, with the version of the ledger', async () => {
  const view = await figures();
  expect(view).toMatchObject({
    eventId: sale.eventId,
    dropId: sale.dropId,
    phase: 'live',
    currency: 'EUR',
    capacity: 150,
    sold: 2,
    held: 3,
    ledgerVersion: 3,
  });
  expect(view.tiers.map((t) => [t.quantity, t.available, t.held, t.sold])).toEqual([
    [100, 95, 3, 2],
    [50, 50, 0, 0],
  ]);
});

test('V1: while two counters move together in one transaction, no view shows one without the other', async () => {
  const [floor] = sale.tierIds;
  let moving = true;
  const mover = (async () => {
    for (let i = 0; i < 60; i++)
      await world.ledger.payments.transaction(async (tx) => {
        const step = (text: string) => tx.all(statement('sales_move', text), [floor]);
        await step(
          'update ticketing.ticket_tiers set reserved_quantity = reserved_quantity - 1, version = version + 1 where id = $1 and reserved_quantity > 0',
        );
        await step(
          'update ticketing.ticket_tiers set issued_quantity = 5 - reserved_quantity, version = version + 1 where id = $1',
        );
        if (i % 3 === 2)
          await step(
            'update ticketing.ticket_tiers set reserved_quantity = 3, issued_quantity = 2 where id = $1',
          );
      });
    moving = false;
  })();
  while (moving) {
    const view = await figures();
    expect(view.sold + view.held).toBe(5);
    expect(view.tiers[0]?.available).toBe(95);
  }
  await mover;
});

test('V2: revenue is what was captured, less refunds', async () => {
  expect((await figures()).revenueCents).toBe(10_000);
  await sql(`update ticketing.orders set status = 'partially_refunded' where id = $1`, [sale.orderId]);
  await sql('update ticketing.payments set refunded_cents = 4000 where id = $1', [sale.paymentId]);
  expect((await figures()).revenueCents).toBe(6_000);
  await sql(`update ticketing.orders set status = 'refunded' where id = $1`, [sale.orderId]);
  await sql('update ticketing.payments set refunded_cents = 10000 where id = $1', [sale.paymentId]);
  expect((await figures()).revenueCents).toBe(0);
});

test('F71: what the terms kept stays revenue; what a bank took back, and money that bought nothing, is none', async () => {
  const summary = async () => (await summariesOf(world.ledger.reads, sale.vendorId))[0]?.revenueCents;
  const both = async () => [(await figures()).revenueCents, await summary()];
  await sql(
    `insert into ticketing.payments (id, order_id, provider, status, amount_cents, captured_cents, refunded_cents, currency)
     values (gen_random_uuid(), $1, 'test', 'stray', 700, 700, 0, 'EUR')`,
    [sale.orderId],
  );
  expect(await both()).toEqual([10_000, 10_000]);
  await sql(`update ticketing.orders set status = 'partially_refunded' where id = $1`, [sale.orderId]);
  await sql('update ticketing.payments set refunded_cents = 4500 where id = $1', [sale.paymentId]);
  expect(await both()).toEqual([5_500, 5_500]);
  await sql(`update ticketing.orders set status = 'refunded' where id = $1`, [sale.orderId]);
  await sql(`update ticketing.payments set refunded_cents = 9000, status = 'refunded' where id = $1`, [
    sale.paymentId,
  ]);
  expect(await both()).toEqual([1_000, 1_000]);
  await sql(
    `insert into ticketing.disputes (id, provider, provider_ref, payment_id, order_id, user_id, amount_cents, currency, status,
       opened_at, closed_at) values (gen_random_uuid(), 'test', 'd1', $1, $2, $3, 1000, 'EUR', 'lost', now(), now())`,
    [sale.paymentId, sale.orderId, sale.buyer],
  );
  expect(await both()).toEqual([0, 0]);
});

test('V3: the funnel counts fans, each once', async () => {
  expect((await figures()).funnel).toEqual({ joined: 3, called: 2, claimed: 2, held: 2, paid: 1 });
  await sql(
    `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
     select gen_random_uuid(), drop_id, user_id, gen_random_uuid(), body_hash, 'released', quantity, expires_at, epoch
     from ticketing.holds where id = $1`,
    [sale.liveHoldId],
  );
  expect((await figures()).funnel.held).toBe(2);
});

test('V3: without a line, who came is who held', async () => {
  const { eventId, dropId } = await world.createEvent();
  await sql(
    `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
     values (gen_random_uuid(), $1, $2, gen_random_uuid(), 'h', 'released', 1, now(), 1)`,
    [dropId, sale.buyer],
  );
  expect((await figures(eventId)).funnel).toEqual({ joined: 1, called: 1, claimed: 1, held: 1, paid: 0 });
});

test('V4: every minute to this one, quiet ones as zero', async () => {
  const { perMinute, asOf, revenueLastMinuteCents } = await figures();
  expect(perMinute).toHaveLength(RECENT_MINUTES);
  expect(perMinute.reduce((n, m) => n + m.tickets, 0)).toBe(2);
  expect(perMinute.reduce((n, m) => n + m.revenueCents, 0)).toBe(10_000);
  expect(revenueLastMinuteCents).toBe(10_000);
  const starts = perMinute.map((m) => new Date(m.minute).getTime());
  expect(starts.at(-1)).toBe(Math.floor(new Date(asOf).getTime() / 60_000) * 60_000);
  for (const [i, at] of starts.entries()) if (i > 0) expect(at - (starts[i - 1] as number)).toBe(60_000);
});

test('V4: a longer look reaches back to the first sale, and canceled tickets are not counted', async () => {
  await sql(`update ticketing.tickets set created_at = now() - interval '100 min' where id = $1`, [
    sale.ticketIds[0],
  ]);
  expect((await figures()).perMinute.reduce((n, m) => n + m.tickets, 0)).toBe(1);
  const whole = await figures(sale.eventId, 1440);
  expect(whole.perMinute).toHaveLength(101);
  expect(whole.perMinute[0]).toMatchObject({ tickets: 1, revenueCents: 5_000 });
  // What was charged, not what the tier costs now.
  await sql('update ticketing.ticket_tiers set price_cents = 9900 where event_id = $1', [sale.eventId]);
  await sql(
    'update ticketing.order_items set unit_discount_cents = 500, unit_fee_cents = 150 where order_id = $1',
    [sale.orderId],
  );
  expect((await figures(sale.eventId, 1440)).perMinute[0]).toMatchObject({ tickets: 1, revenueCents: 4_650 });
  expect((await figures()).revenueLastMinuteCents).toBe(4_650);
  await sql(`update ticketing.tickets set status = 'canceled' where id = $1`, [sale.ticketIds[0]]);
  expect((await figures(sale.eventId, 1440)).perMinute).toHaveLength(RECENT_MINUTES);
});

test.each([
  [
    'a counter',
    'update ticketing.ticket_tiers set reserved_quantity = reserved_quantity + 1, version = version + 1 where event_id = $1',
  ],
  [
    'the line',
    'update ticketing.lines set version = version + 1 where drop_id in (select id from ticketing.drops where event_id = $1)',
  ],
  ['money', 'update ticketing.orders set paid_at = clock_timestamp() where event_id = $1'],
])('V5: the version rises with %s, and only then', async (_what, move) => {
  const before = await sales.salesVersion(sale.eventId);
  expect(await sales.salesVersion(sale.eventId)).toBe(before);
  await sql(move, [sale.eventId]);
  expect(await sales.salesVersion(sale.eventId)).toBeGreaterThan(before);
});

test('V6: line, turns and pace are the ledger’s', async () => {
  await sql(
    `insert into ticketing.call_rates (drop_id, bucket, calls) values ($1, now() - interval '1 min', 6)`,
    [sale.dropId],
  );
  expect(await figures()).toMatchObject({
    lineLength: 1,
    serving: 2,
    turnsInUse: 1,
    maxTurns: 5,
    ratePerMinute: 2,
  });
});

test('V6: turns that ran out are not in use, those of a paused sale are', async () => {
  await sql(
    `update ticketing.places set turn_expires_at = now() - interval '1 s' where drop_id = $1 and state = 'turn'`,
    [sale.dropId],
  );
  expect((await figures()).turnsInUse).toBe(0);
  await sql(
    `update ticketing.drops set phase = 'paused', paused_at = now() - interval '1 min' where id = $1`,
    [sale.dropId],
  );
  expect(await figures()).toMatchObject({ turnsInUse: 1, phase: 'paused', ratePerMinute: null });
});

test('V7: a draft has no sale, an unknown event does not exist', async () => {
  const { eventId } = await world.createEvent({ status: 'draft', drop: null });
  expect(await sales.salesOf(eventId)).toMatchObject({ ok: false, error: { code: 'INVALID_STATE' } });
  expect(await sales.salesOf(world.ids.next())).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  expect(await sales.salesVersion(world.ids.next())).toBe(0);
});
