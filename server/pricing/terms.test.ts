/** Terms, what they make of prices, and that a hold keeps what it was asked (rules C1 to C11). */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalog } from '../catalog/index.ts';
import { loadEvents } from '../catalog/read.ts';
import { CARDS, card } from '../checkout/testing.ts';
import { readSnapshot } from '../holds/publish.ts';
import type { HoldView } from '../protocol/index.ts';
import { createAudience } from '../realtime/audience.ts';
import { codeOf, type PricingWorld, pricingWorld, value } from './testing.ts';

let w: PricingWorld;
beforeAll(async () => {
  w = await pricingWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

/** 2.50 and 3 % fee, 8.1 % tax on top. */
const TERMS = { feeCents: 250, feeBp: 300, taxBp: 810, taxIncluded: false };

/** Half up, in whole numbers of any size. */
const share = (n: bigint, of: bigint) => (2n * n + of) / (2n * of);

test('C1, C2: for any price and terms, fee and tax are rounded half up and nothing is lost', async () => {
  const given = fc.sample(
    fc.record({
      price: fc.oneof(fc.integer({ min: 0, max: 100_000_000 }), fc.integer({ min: 0, max: 300 })),
      fee: fc.integer({ min: 0, max: 1_000_000 }),
      feeBp: fc.integer({ min: 0, max: 5_000 }),
      taxBp: fc.integer({ min: 0, max: 5_000 }),
      included: fc.boolean(),
    }),
    { numRuns: 4_000, seed: 7 },
  );
  const rows = await w.sql<{ fee: number; tax: number; tax_included: number }>(
    `select p.* from unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::boolean[]) with ordinality as u (a, b, c, d, e, n)
      cross join lateral ticketing.price_parts(u.a, u.b, u.c, u.d, u.e) p order by u.n`,
    [
      given.map((g) => g.price),
      given.map((g) => g.fee),
      given.map((g) => g.feeBp),
      given.map((g) => g.taxBp),
      given.map((g) => g.included),
    ],
  );
  for (const [i, g] of given.entries()) {
    const fee = BigInt(g.fee) + share(BigInt(g.price) * BigInt(g.feeBp), 10_000n);
    const base = BigInt(g.price) + fee;
    const bp = BigInt(g.taxBp);
    const expected = {
      fee: Number(fee),
      tax: g.included ? 0 : Number(share(base * bp, 10_000n)),
      tax_included: g.included ? Number(share(base * bp, 10_000n + bp)) : 0,
    };
    expect(rows[i], JSON.stringify(g)).toEqual(expected);
  }
});

test('C3, C4, C6: terms price every tier at once, and the log says by whom', async () => {
  const event = await w.event({ tiers: [{ priceCents: 5_000 }, { priceCents: 333 }] });
  const vendor = w.vendorOf(event);
  const { terms, tiers } = w.pricing;
  expect(value(await terms.read(event.eventId, null))).toMatchObject({ feeCents: 0, version: 0 });
  const put = value(await terms.put(vendor, event.eventId, TERMS));
  expect(put).toMatchObject({ ...TERMS, taxName: 'VAT', refundUntilHours: 0, version: 1 });
  expect(await w.tier(event.tierIds[0] as string)).toMatchObject({ fee: 400, tax: 437, contained: 0 });
  expect(await w.tier(event.tierIds[1] as string)).toMatchObject({ fee: 260, tax: 48, contained: 0 });
  const second = value(
    await terms.put(vendor, event.eventId, { taxIncluded: true, refundUntilHours: null }, '"1"'),
  );
  expect(second).toMatchObject({ feeCents: 250, taxIncluded: true, refundUntilHours: null, version: 2 });
  expect(await w.tier(event.tierIds[0] as string)).toMatchObject({ fee: 400, tax: 0, contained: 405 });
  expect(codeOf(await terms.put(vendor, event.eventId, { feeCents: 0 }, '"1"'))).toBe('EDIT_CONFLICT');

  const { items } = value(await tiers.changes(vendor, event.eventId, 10, null));
  expect(items.filter((i) => i.tierId === event.tierIds[0])).toMatchObject([
    {
      fromAllInCents: 5_837,
      toAllInCents: 5_400,
      fromCents: 5_000,
      toCents: 5_000,
      why: 'terms',
      actor: vendor.id,
    },
    { fromAllInCents: 5_000, toAllInCents: 5_837, why: 'terms' },
  ]);
  const page = value(await tiers.changes(vendor, event.eventId, 3, null));
  const rest = value(await tiers.changes(vendor, event.eventId, 3, Number(page.nextCursor)));
  expect([...page.items, ...rest.items]).toEqual(items);
  await expect(w.sql('update ticketing.price_log set to_cents = 1')).rejects.toThrow(/written once/);
  await expect(w.sql('delete from ticketing.price_log')).rejects.toThrow(/written once/);
});

test('C3: terms and a price changed at once leave what the later terms say of the later price', async () => {
  const event = await w.event();
  const tierId = event.tierIds[0] as string;
  const vendor = w.vendorOf(event);
  const { terms, tiers } = w.pricing;
  for (let round = 1; round <= 8; round++)
    await Promise.all([
      terms.put(vendor, event.eventId, { feeBp: round * 100, taxBp: 700 }).then(value),
      tiers.setPrice(vendor, tierId, 1_000 + round, 'test').then(value),
      terms.put(vendor, event.eventId, { taxIncluded: round % 2 === 0 }).then(value),
    ]);
  expect((await w.tier(tierId)).price).toBe(1_008);
  expect(await w.broken()).toEqual([]);
});

test('C5, C6: another vendor finds nothing to change, and an event that is over stays as it is', async () => {
  const event = await w.event();
  const draft = await w.event({ status: 'draft', drop: null });
  const { terms, tiers, codes, rules } = w.pricing;
  const rival = w.vendorOf(await w.event());
  const [tierId] = event.tierIds as [string];
  const rule = { floorCents: 0, capCents: 9_000, steps: [], enabled: true };
  const answers = [
    await terms.put(rival, event.eventId, TERMS),
    await tiers.setPrice(rival, tierId, 1, 'x'),
    await tiers.setPresale(rival, tierId, null),
    await tiers.changes(rival, event.eventId, 5, null),
    await codes.list(rival, event.eventId, 5, null),
    await codes.create(rival, event.eventId, { code: 'MINE', kind: 'percent', value: 100 }),
    await rules.read(rival, tierId),
    await rules.put(rival, tierId, rule),
    await rules.remove(rival, tierId),
    await terms.read(draft.eventId, rival),
    await terms.read(draft.eventId, null),
  ];
  expect(answers.map(codeOf)).toEqual(answers.map(() => 'NOT_FOUND'));
  expect(codeOf(await terms.read(draft.eventId, w.vendorOf(draft)))).toBe('OK');
  const over = await w.event({ status: 'ended' });
  expect(codeOf(await terms.put(w.vendorOf(over), over.eventId, TERMS))).toBe('INVALID_STATE');
  expect(codeOf(await tiers.setPrice(w.vendorOf(over), over.tierIds[0] as string, 1, 'x'))).toBe(
    'INVALID_STATE',
  );
});

const ALL_IN = { priceCents: 5_000, feeCents: 400, taxCents: 437, taxIncludedCents: 0, allInCents: 5_837 };

test('C10: event, drop and browsing show what a ticket costs all in', async () => {
  const event = await w.priced(TERMS, { title: 'Dear once all is in' });
  const [seen] = await loadEvents(w.world.ledger.reads, [event.eventId]);
  expect(seen?.view.tiers[0]).toMatchObject(ALL_IN);
  expect((await readSnapshot(w.world.ledger.reads, event.dropId))?.tiers[0]).toMatchObject(ALL_IN);
  const other = await w.event({ title: 'Dear at first sight', tiers: [{ priceCents: 5_400 }] });
  const found = async (query: object) =>
    value(await createCatalog(w.world).browse({ search: 'Dear', ...query })).items.map((e) => e.id);
  expect(await found({ sort: 'price_asc' })).toEqual([other.eventId, event.eventId]);
  expect(await found({ maxPriceCents: 5_400 })).toEqual([other.eventId]);
  expect(await found({ minPriceCents: 5_837 })).toEqual([event.eventId]);
});

test('C7, C10: a price changed while it is sold reaches those who watch the drop', async () => {
  const event = await w.event();
  const heard: string[] = [];
  const audience = createAudience({
    reader: w.holds.gate,
    clock: w.world.clock,
    log: w.world.log,
    publish: (_topic, text) => void heard.push(text),
    onTick: () => undefined,
  });
  await w.holds.gate.publish(event.dropId);
  audience.add(event.dropId);
  await audience.tick();
  const before = heard.length;
  value(await w.pricing.tiers.setPrice(w.vendorOf(event), event.tierIds[0] as string, 6_200, 'last week'));
  await w.holds.gate.publish(event.dropId);
  await audience.tick();
  const states = heard.slice(before).filter((text) => text.includes('drop:state'));
  expect(states).toHaveLength(1);
  expect(states[0]).toContain('"allInCents":6200');
});

test('C11: a hold answered from its batch, read again and booked costs what was asked when it was placed', async () => {
  const event = await w.priced(TERMS, { tiers: [{ priceCents: 5_000 }, { priceCents: 333 }] });
  const [first, second] = event.tierIds as [string, string];
  const fan = (await w.world.createUser()).id;
  const items = [
    { tierId: first, quantity: 2 },
    { tierId: second, quantity: 1 },
  ];
  const held = value(
    await w.holds.place(fan, { dropId: event.dropId, requestId: w.world.ids.next(), items }),
  );
  const unit = { unitPriceCents: 5_000, unitFeeCents: 400, unitTaxCents: 437, unitAllInCents: 5_837 };
  expect(held.items.find((i) => i.tierId === first)).toMatchObject(unit);
  expect(held.totalCents).toBe(2 * 5_837 + 333 + 260 + 48);
  const money = ({ totalCents, items: lines }: HoldView) => [
    totalCents,
    lines.map((i) => [i.tierId, i.unitPriceCents, i.unitFeeCents, i.unitTaxCents, i.unitAllInCents]).sort(),
  ];
  const [read] = await w.holds.mine(fan, event.dropId);
  expect(money(read as HoldView)).toEqual(money(held));

  const vendor = w.vendorOf(event);
  value(await w.pricing.tiers.setPrice(vendor, first, 9_900, 'dearer'));
  value(await w.pricing.terms.put(vendor, event.eventId, { feeCents: 900_000, taxIncluded: true }));
  expect(money((await w.holds.mine(fan, event.dropId))[0] as HoldView)).toEqual(money(held));
  const { order } = value(await w.checkout.book(fan, { holdId: held.id }, null));
  expect(order).toMatchObject({
    totalCents: held.totalCents,
    subtotalCents: 10_333,
    feesCents: 1_060,
    taxCents: 922,
    discountCents: 0,
    taxIncludedCents: 0,
    code: null,
    refundedCents: 0,
  });
  value(await w.checkout.pay(fan, { orderId: order.id, method: card(CARDS.good) }, null));
  await w.recoverAll();
  const [charge] = await w.sql<{ cents: number }>(
    'select captured_cents as cents from ticketing.payments where order_id = $1',
    [order.id],
  );
  expect(charge?.cents).toBe(held.totalCents);
});

test('C11: exchanged for another, a hold costs what the new one costs at that moment', async () => {
  const event = await w.priced(TERMS);
  const [tierId] = event.tierIds as [string];
  const fan = (await w.world.createUser()).id;
  const ask = (quantity: number) => ({
    dropId: event.dropId,
    requestId: w.world.ids.next(),
    items: [{ tierId, quantity }],
  });
  const held = value(await w.holds.place(fan, ask(1)));
  value(await w.pricing.tiers.setPrice(w.vendorOf(event), tierId, 2_000, 'cheaper'));
  const swapped = value(await w.holds.swap(fan, { holdId: held.id, ...ask(2) }));
  expect(swapped.items[0]).toMatchObject({
    quantity: 2,
    unitPriceCents: 2_000,
    unitFeeCents: 310,
    unitTaxCents: 187,
  });
  expect(swapped.totalCents).toBe(2 * 2_497);
});
