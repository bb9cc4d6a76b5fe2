/** Points on orders: what they buy, with codes, and when they come back (rules Y10 to Y17, Y21). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CARDS, card, probes } from '../checkout/testing.ts';
import { issueInvoice } from '../delivery/invoices.ts';
import { codeOf, type LoyaltyWorld, loyaltyWorld, value } from './testing.ts';

let w: LoyaltyWorld;
beforeAll(async () => {
  w = await loyaltyWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

/** Of a tier at 50.00: 5,000 + 400 and 8.1 % of it, 437. */
const TERMS = { feeCents: 250, feeBp: 300, taxBp: 810, taxIncluded: false };
const ALL_IN = 5_837;
const drop = { limitPerFan: 20 };

/** An order of so many tickets of each tier. */
async function orderOf(userId: string, event: Awaited<ReturnType<typeof w.event>>, quantities: number[]) {
  const items = quantities
    .map((quantity, n) => ({ tierId: event.tierIds[n] as string, quantity }))
    .filter(({ quantity }) => quantity > 0);
  const booked = value(await w.checkout.book(userId, { eventId: event.eventId, items }, null)).order;
  return { event, userId, orderId: booked.id, holdId: booked.holdId as string };
}
const pay = (b: { userId: string; orderId: string }, number: string = CARDS.good) =>
  w.checkout.pay(b.userId, { orderId: b.orderId, method: card(number) }, null);
const partsOf = async (b: { userId: string; orderId: string }) => {
  const order = await w.order(b);
  const { subtotalCents, discountCents, pointsCents, pointsUsed, feesCents, taxCents, totalCents } = order;
  return { subtotalCents, discountCents, pointsCents, pointsUsed, feesCents, taxCents, totalCents };
};

test('Y10, Y21: a discount goes over all tickets in proportion to their price, and takes what it bought', async () => {
  const event = await w.event({ tiers: [{ priceCents: 3_000 }, { priceCents: 1_000 }], drop });
  const userId = await w.member(5_000);
  const b = await orderOf(userId, event, [2, 1]);
  // 1,000 over 7,000: 428.57 of each dear ticket, 142.86 of the cheap one; a point is left over
  expect(codeOf(await w.use(b, { use: 1_000 }))).toBe('OK');
  expect(await partsOf(b)).toEqual({
    subtotalCents: 7_000,
    discountCents: 2 * 428 + 142,
    pointsCents: 998,
    pointsUsed: 998,
    feesCents: 0,
    taxCents: 0,
    totalCents: 7_000 - 998,
  });
  expect(await w.has(userId)).toBe(5_000 - 998);
  // more than it costs: what it costs
  expect(codeOf(await w.use(b, { use: 1_000_000 }))).toBe('NOT_ENOUGH_POINTS');
  expect(await w.has(userId)).toBe(5_000 - 998);
  const rich = await w.member(9_000);
  const other = await orderOf(rich, event, [2, 1]);
  expect(codeOf(await w.use(other, { use: 1_000_000 }))).toBe('OK');
  expect(await partsOf(other)).toMatchObject({ pointsUsed: 7_000, totalCents: 0 });
  // so few that no ticket gets cheaper
  expect(codeOf(await w.use(b, { use: 1 }))).toBe('POINTS_NOT_USABLE nothing');
  expect(await partsOf(b)).toMatchObject({ pointsUsed: 998 });
});

test('Y10: tax shrinks with the price, the fee stays', async () => {
  const event = await w.priced(TERMS, { drop });
  const b = await orderOf(await w.member(1_000), event, [2]);
  value(await w.use(b, { use: 1_000 }));
  // 437 · 4,900 / 5,400 = 396.5…
  expect(await partsOf(b)).toMatchObject({ discountCents: 1_000, feesCents: 800, taxCents: 2 * 397 });
});

test('Y11: a free tier costs points for price, fee and tax; what costs nothing needs no bank', async () => {
  const event = await w.priced(TERMS, { tiers: [{}, { priceCents: 2_000 }], drop });
  const [dear, cheap] = event.tierIds as [string, string];
  const userId = await w.member(2 * ALL_IN);
  const mixed = await orderOf(userId, event, [1, 1]);
  const before = await partsOf(mixed);
  value(await w.use(mixed, { freeTier: dear }));
  expect(await w.has(userId)).toBe(ALL_IN);
  const after = await partsOf(mixed);
  expect(after).toMatchObject({ pointsUsed: ALL_IN, pointsCents: 5_000, discountCents: 5_000 });
  expect(after.totalCents).toBe(before.totalCents - ALL_IN);
  expect((await w.order(mixed)).items.find((i) => i.tierId === dear)).toMatchObject({ unitAllInCents: 0 });
  expect((await w.order(mixed)).items.find((i) => i.tierId === cheap)).toMatchObject({
    unitDiscountCents: 0,
  });
  expect(codeOf(await w.use(mixed, { freeTier: w.world.ids.next() }))).toBe('POINTS_NOT_USABLE tier');

  const free = await orderOf(userId, event, [1, 0]);
  value(await w.use(free, { freeTier: dear }));
  expect(value(await pay(free)).body.order).toMatchObject({ status: 'paid', totalCents: 0 });
  const [payment] = await w.sql(
    'select provider, captured_cents::int as cents from ticketing.payments where order_id = $1',
    [free.orderId],
  );
  expect(payment).toEqual({ provider: 'free', cents: 0 });
  expect(await w.has(userId)).toBe(0);
  value(await w.remove(mixed));
  expect(await partsOf(mixed)).toEqual({ ...before });
});

test('Y12: an upgrade costs the difference to an open, cheaper tier of the event; its price stays with the order', async () => {
  const event = await w.priced(TERMS, {
    tiers: [
      {},
      { priceCents: 3_000 },
      { priceCents: 9_000 },
      { priceCents: 1_000, status: 'closed' },
      { priceCents: 500, quantity: 1 },
    ],
    drop,
  });
  const [mine, cheaper, dearer, closed, gone] = event.tierIds as [string, string, string, string, string];
  const userId = await w.member(10_000);
  await orderOf((await w.world.createUser()).id, event, [0, 0, 0, 0, 1]);
  const b = await orderOf(userId, event, [2]);
  const upgrade = (fromTier: string, upgradeTier = mine) => w.use(b, { upgradeTier, fromTier });
  expect(codeOf(await upgrade(dearer))).toBe('POINTS_NOT_USABLE not_cheaper');
  expect(codeOf(await upgrade(mine))).toBe('POINTS_NOT_USABLE not_cheaper');
  expect(codeOf(await upgrade(closed))).toBe('POINTS_NOT_USABLE from_tier');
  expect(codeOf(await upgrade(gone))).toBe('POINTS_NOT_USABLE from_tier');
  expect(codeOf(await upgrade((await w.event()).tierIds[0] as string))).toBe('POINTS_NOT_USABLE from_tier');
  expect(codeOf(await upgrade(cheaper, cheaper))).toBe('POINTS_NOT_USABLE tier');
  await w.sql(`update ticketing.ticket_tiers set presale_until = now() + interval '1 day' where id = $1`, [
    cheaper,
  ]);
  expect(codeOf(await upgrade(cheaper))).toBe('POINTS_NOT_USABLE from_tier');
  await w.sql('update ticketing.ticket_tiers set presale_until = null where id = $1', [cheaper]);

  value(await upgrade(cheaper));
  const upgraded = await partsOf(b);
  expect(upgraded).toMatchObject({ pointsUsed: 4_000, discountCents: 4_000, feesCents: 800 });
  const vendor = { id: event.vendorId, role: 'vendor', name: 'Vendor', sessionId: event.vendorId } as const;
  value(await w.pricing.tiers.setPrice(vendor, cheaper, 4_900, 'dearer'));
  value(await upgrade(cheaper));
  await w.makeCode(event, 1_000);
  value(await w.pricing.orderCodes.apply(userId, b.orderId, 'SEAWEED'));
  // 4,500 after the code, 3,000 as it was promised
  expect(await partsOf(b)).toMatchObject({ pointsUsed: 3_000, discountCents: 4_000 });
  value(await w.pricing.orderCodes.remove(userId, b.orderId));
  expect(await partsOf(b)).toEqual(upgraded);
});

test('Y13: points take the place of points, and what is refused changes nothing', async () => {
  const event = await w.priced(TERMS, { tiers: [{}, { priceCents: 3_000 }], drop });
  const [dear, cheap] = event.tierIds as [string, string];
  const userId = await w.member(6_000);
  const b = await orderOf(userId, event, [1]);
  const bare = await partsOf(b);
  value(await w.use(b, { use: 700 }));
  value(await w.use(b, { freeTier: dear }));
  expect(await w.has(userId)).toBe(6_000 - ALL_IN);
  value(await w.use(b, { upgradeTier: dear, fromTier: cheap }));
  expect(await w.has(userId)).toBe(4_000);
  const upgraded = await partsOf(b);
  const twice = await orderOf(userId, event, [2]);
  expect(codeOf(await w.use(twice, { freeTier: dear }))).toBe('NOT_ENOUGH_POINTS');
  expect(await w.use(twice, { freeTier: dear })).toMatchObject({
    error: { details: { needed: 2 * ALL_IN, balance: 4_000 } },
  });
  expect(await partsOf(b)).toEqual(upgraded);
  value(await w.remove(b));
  value(await w.remove(b));
  expect(await partsOf(b)).toEqual(bare);
  expect(await w.has(userId)).toBe(6_000);
  expect(await w.entries(userId)).toEqual([
    ['earned', 6_000],
    ['redeemed', -700],
    ['redeemed', 700 - ALL_IN],
    ['returned', ALL_IN - 2_000],
    ['returned', 2_000],
  ]);
});

test('Y14: code first, points on what is left, in whatever order they came', async () => {
  const event = await w.priced(TERMS, { drop });
  await w.makeCode(event, 1_000);
  const userId = await w.member(20_000);
  const orders = [await orderOf(userId, event, [2]), await orderOf(userId, event, [2])];
  const [a, b] = orders as [(typeof orders)[0], (typeof orders)[0]];
  value(await w.pricing.orderCodes.apply(userId, a.orderId, 'SEAWEED'));
  value(await w.use(a, { use: 2_000 }));
  value(await w.use(b, { use: 2_000 }));
  value(await w.pricing.orderCodes.apply(userId, b.orderId, 'SEAWEED'));
  expect(await partsOf(a)).toEqual(await partsOf(b));
  // 437 · (5,400 − 500 − 1,000) / 5,400 = 315.6…
  expect(await partsOf(a)).toMatchObject({ discountCents: 3_000, pointsCents: 2_000, taxCents: 2 * 316 });

  // All that is left: then the code goes, and the discount takes what the fan still has for it.
  value(await w.use(a, { use: 16_000 }));
  expect(await partsOf(a)).toMatchObject({ pointsUsed: 9_000, discountCents: 10_000 });
  value(await w.remove(b));
  const spent = await orderOf(userId, event, [2]);
  value(await w.use(spent, { use: 10_000 }));
  expect(await w.has(userId)).toBe(1_000);
  value(await w.pricing.orderCodes.remove(userId, a.orderId));
  expect(await partsOf(a)).toMatchObject({ pointsUsed: 10_000, discountCents: 10_000 });
  expect(await w.has(userId)).toBe(0);
});

test('Y14: what a change of the code puts out of reach loses its points', async () => {
  const event = await w.event({ tiers: [{ priceCents: 5_000 }, { priceCents: 4_000 }], drop });
  const [mine, cheaper] = event.tierIds as [string, string];
  await w.makeCode(event, 5_000, 'HALF');
  const userId = await w.member(3_000);
  const b = await orderOf(userId, event, [1]);
  value(await w.pricing.orderCodes.apply(userId, b.orderId, 'HALF'));
  value(await w.use(b, { freeTier: mine }));
  expect(await partsOf(b)).toMatchObject({ pointsUsed: 2_500, totalCents: 0 });
  value(await w.pricing.orderCodes.remove(userId, b.orderId));
  expect(await partsOf(b)).toMatchObject({ pointsUsed: 0, totalCents: 5_000 });
  expect(await w.has(userId)).toBe(3_000);
  // cheaper by its code than by the upgrade
  value(await w.use(b, { upgradeTier: mine, fromTier: cheaper }));
  value(await w.pricing.orderCodes.apply(userId, b.orderId, 'HALF'));
  expect(await partsOf(b)).toMatchObject({ pointsUsed: 0, totalCents: 2_500 });
  expect(codeOf(await w.use(b, { upgradeTier: mine, fromTier: cheaper }))).toBe(
    'POINTS_NOT_USABLE not_cheaper',
  );
  expect(await w.has(userId)).toBe(3_000);
});

test("Y15: while it is paid for and afterwards an order's points stay; another's order does not exist", async () => {
  const event = await w.event({ drop });
  const userId = await w.member(1_000);
  const b = await orderOf(userId, event, [1]);
  const stranger = { orderId: b.orderId, userId: await w.member(1_000) };
  expect(codeOf(await w.use(stranger, { use: 500 }))).toBe('NOT_FOUND');
  expect(codeOf(await w.remove(stranger))).toBe('NOT_FOUND');
  value(await w.use(b, { use: 500 }));
  value(await pay(b, CARDS.step));
  const both = async () => [codeOf(await w.use(b, { use: 700 })), codeOf(await w.remove(b))];
  expect(await both()).toEqual(['INVALID_STATE', 'INVALID_STATE']);
  value(await w.checkout.confirm(userId, b.orderId, true));
  await w.recoverAll();
  expect(await both()).toEqual(['ORDER_CLOSED', 'ORDER_CLOSED']);
  expect(await partsOf(b)).toMatchObject({ pointsUsed: 500, totalCents: 4_500 });
  for (const wish of [{}, { use: 1, freeTier: userId }, { upgradeTier: userId }, { fromTier: userId }])
    expect(codeOf(await w.use(b, wish)), JSON.stringify(wish)).toBe('INVALID_REQUEST');
});

const { lapseIn } = probes(() => w);

test('Y16: points go back when the order expires, but not while a payment of it is open', async () => {
  const event = await w.event({ drop });
  const userId = await w.member(1_000);
  const [gone, open] = [await orderOf(userId, event, [1]), await orderOf(userId, event, [1])];
  value(await w.use(gone, { use: 400 }));
  value(await w.use(open, { use: 300 }));
  await lapseIn(gone, -1_000);
  expect(codeOf(await w.use(gone, { use: 500 }))).toBe('ORDER_EXPIRED');
  await w.holds.sweep();
  expect(await w.has(userId)).toBe(700);

  // A step is asked for, and the order ends meanwhile: a late yes would still bring its tickets, at this price.
  value(await pay(open, CARDS.step));
  await w.sql(`update ticketing.orders set status = 'expired' where id = $1`, [open.orderId]);
  expect(await w.has(userId)).toBe(700);
  await w.sql(`update ticketing.payments set status = 'voided' where order_id = $1`, [open.orderId]);
  expect(await w.has(userId)).toBe(1_000);
  await w.sql(`update ticketing.payments set status = 'declined' where order_id = $1`, [open.orderId]);
  expect(await w.has(userId)).toBe(1_000);
  await w.sql(`update ticketing.holds set status = 'active', paying_until = null where id = $1`, [
    open.holdId,
  ]);
  await w.sql(`update ticketing.ticket_holds set status = 'active' where hold_id = $1`, [open.holdId]);
});

test('Y16: a capture that fails for good gives them back, one that is declined leaves them on the order', async () => {
  const event = await w.event({ drop });
  const userId = await w.member(1_000);
  const b = await orderOf(userId, event, [1]);
  value(await w.use(b, { use: 400 }));
  expect(codeOf(await pay(b, CARDS.declined))).toBe('PAYMENT_DECLINED');
  expect(await partsOf(b)).toMatchObject({ pointsUsed: 400, totalCents: 4_600 });
  await pay(b, CARDS.captureFails);
  await w.recoverAll();
  expect((await w.order(b)).status).toBe('canceled');
  expect(await w.has(userId)).toBe(1_000);
});

test('Y17: points come with the booking, which happens with them or not at all', async () => {
  const event = await w.event({ drop });
  await w.makeCode(event, 1_000);
  const userId = await w.member(1_000);
  const holdId = await w.hold(event, userId, 1);
  const book = (use: number, key: string | null = null, code?: string) =>
    w.checkout.book(userId, { holdId, points: { use }, ...(code ? { code } : {}) }, key);
  expect(codeOf(await book(1_001, 'k1'))).toBe('NOT_ENOUGH_POINTS');
  expect(codeOf(await book(900, 'k1', 'NONESUCH'))).toBe('CODE_NOT_VALID unknown');
  expect(await w.sql('select 1 from ticketing.orders where hold_id = $1', [holdId])).toEqual([]);
  const first = value(await book(900, 'k2', 'SEAWEED')).order;
  expect(first).toMatchObject({
    discountCents: 1_400,
    pointsCents: 900,
    pointsUsed: 900,
    pointsKind: 'discount',
    totalCents: 3_600,
  });
  expect(value(await book(900, 'k2', 'SEAWEED')).order).toEqual(first);
  expect(value(await book(900)).order).toEqual(first);
  expect(codeOf(await book(800, 'k2', 'SEAWEED'))).toBe('IDEMPOTENCY_KEY_REUSED');
  value(await pay({ userId, orderId: first.id }));
  expect(value(await book(900)).order.status).toBe('paid');
  expect(await w.has(userId)).toBe(100);

  const items = [{ tierId: event.tierIds[0] as string, quantity: 1 }];
  const straight = { eventId: event.eventId, items };
  expect(
    value(await w.checkout.book(userId, { ...straight, points: { use: 50 } }, null)).order.totalCents,
  ).toBe(4_950);
  const refused = await w.checkout.book(userId, { ...straight, points: { use: 60 } }, null);
  expect(refused).toMatchObject({
    error: { code: 'NOT_ENOUGH_POINTS', details: { holdId: expect.any(String) } },
  });
});

test('Y21: the invoice says what points took off, beside what a code did', async () => {
  const event = await w.priced(TERMS, { drop });
  await w.makeCode(event, 1_000);
  const userId = await w.member(1_000);
  const b = await orderOf(userId, event, [2]);
  value(await w.pricing.orderCodes.apply(userId, b.orderId, 'SEAWEED'));
  value(await w.use(b, { use: 1_000 }));
  value(await pay(b));
  expect(await issueInvoice(w.world.ledger.payments, b.orderId)).toBe('ISSUED');
  const [row] = await w.sql<{ data: Record<string, unknown> }>(
    'select data from ticketing.invoices where order_id = $1',
    [b.orderId],
  );
  expect(row?.data).toMatchObject({
    discountCents: 2_000,
    pointsCents: 1_000,
    pointsUsed: 1_000,
    lines: [{ unitDiscountCents: 1_000, unitPointsCents: 500 }],
  });
});
