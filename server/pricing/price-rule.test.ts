/** Prices that move by rule (rules C7, C40 to C44). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadEvents } from '../catalog/read.ts';
import { readSnapshot } from '../holds/publish.ts';
import { createPricing, unbounded } from './index.ts';
import { judgeRule, type PriceRuleBody } from './price-rule.ts';
import { codeOf, type PricingWorld, pricingWorld, value } from './testing.ts';

let w: PricingWorld;
beforeAll(async () => {
  w = await pricingWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const inHours = (hours: number) => new Date(w.world.clock.now() + hours * 3_600_000).toISOString();
const [MORNING, NOON] = ['2030-05-01T08:00:00Z', '2030-05-01T12:00:00Z'];
const rule = (over: Partial<PriceRuleBody> = {}): PriceRuleBody => ({
  basePriceCents: 5_000,
  floorCents: 4_000,
  capCents: 8_000,
  steps: [],
  enabled: true,
  ...over,
});

test.each([
  ['floor above cap', { floorCents: 9_000 }, 'capCents'],
  ['base outside', { basePriceCents: 3_999 }, 'basePriceCents'],
  ['a step above the cap', { steps: [{ soldBp: 10, priceCents: 8_001 }] }, 'steps/0/priceCents'],
  ['a step with neither', { steps: [{ priceCents: 5_000 }] }, 'steps/0'],
  ['a step with both', { steps: [{ soldBp: 1, at: NOON, priceCents: 5_000 }] }, 'steps/0'],
  [
    'shares not rising',
    {
      steps: [
        { soldBp: 9, priceCents: 5_000 },
        { soldBp: 9, priceCents: 5_000 },
      ],
    },
    'steps/1/soldBp',
  ],
  [
    'times not rising',
    {
      steps: [
        { at: NOON, priceCents: 5_000 },
        { at: MORNING, priceCents: 5_000 },
      ],
    },
    'steps/1/at',
  ],
  ['a year no ledger has', { steps: [{ at: '0000-01-01T00:00:00Z', priceCents: 5_000 }] }, 'steps/0/at'],
  ['a year without end', { steps: [{ at: '9999-12-31T23:59:59-12:00', priceCents: 5_000 }] }, 'steps/0/at'],
  ['a day no month has', { steps: [{ at: '2030-02-30T00:00:00Z', priceCents: 5_000 }] }, 'steps/0/at'],
  ['no time', { steps: [{ at: 'tomorrow', priceCents: 5_000 }] }, 'steps/0/at'],
])('C41: a rule with %s is refused with its field', (_what, over, field) => {
  const judged = judgeRule({ basePriceCents: 5_000, ...rule(over) } as Required<PriceRuleBody>);
  expect(judged).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST', details: { field } } });
});

/** As if so many of the tier's 100 were sold. */
const sold = (tierId: string, n: number) =>
  w.sql('update ticketing.ticket_tiers set issued_quantity = $2 where id = $1', [tierId, n]);

test('C40, C42, C44: a price follows shares and times, once however many workers look, and not for what is held', async () => {
  const event = await w.priced({ feeCents: 100, taxBp: 1_000, taxIncluded: false });
  const [tierId] = event.tierIds as [string];
  const vendor = w.vendorOf(event);
  const steps = [
    { soldBp: 2_000, priceCents: 6_000 },
    { soldBp: 5_000, priceCents: 7_000 },
    { at: inHours(1), priceCents: 8_000 },
  ];
  value(await w.pricing.rules.put(vendor, tierId, rule({ steps })));
  const holdId = await w.hold(event, (await w.world.createUser()).id, 1);
  const workers = Array.from({ length: 4 }, () => createPricing({ ...w.world, guessing: unbounded }).rules);
  const follow = async () =>
    (await Promise.all(workers.map((r) => r.followDue()))).reduce((a, b) => a + b, 0);
  expect(await follow()).toBe(0);
  const prices = [];
  for (const n of [19, 20, 49, 50, 99]) {
    await sold(tierId, n);
    prices.push([await follow(), (await w.tier(tierId)).price]);
  }
  expect(prices).toEqual([
    [0, 5_000],
    [1, 6_000],
    [0, 6_000],
    [1, 7_000],
    [0, 7_000],
  ]);
  await sold(tierId, 0);
  expect([await follow(), (await w.tier(tierId)).price]).toEqual([1, 5_000]);
  value(await w.pricing.rules.put(vendor, tierId, rule({ steps: [{ at: inHours(-1), priceCents: 4_500 }] })));
  expect(await w.tier(tierId)).toMatchObject({ price: 4_500, fee: 100, tax: 460 });
  const { items } = value(await w.pricing.tiers.changes(vendor, event.eventId, 10, null));
  expect(items.map((i) => [i.fromCents, i.toCents, i.why, i.actor])).toEqual([
    [5_000, 4_500, 'rule', vendor.id],
    [7_000, 5_000, 'rule', null],
    [6_000, 7_000, 'rule', null],
    [5_000, 6_000, 'rule', null],
    [5_000, 5_000, 'terms', vendor.id],
  ]);
  const [held] = await w.sql(
    'select unit_price_cents as price from ticketing.ticket_holds where hold_id = $1',
    [holdId],
  );
  expect(held).toEqual({ price: 5_000 });
});

test('C7, C40: off unless enabled; while it gives the price nobody else does; given up, the price stays', async () => {
  const event = await w.event();
  const [tierId] = event.tierIds as [string];
  const vendor = w.vendorOf(event);
  const { rules, tiers } = w.pricing;
  expect(value(await rules.read(vendor, tierId))).toMatchObject({
    enabled: false,
    steps: [],
    basePriceCents: 5_000,
  });
  const steps = [{ soldBp: 0, priceCents: 7_500 }];
  value(await rules.put(vendor, tierId, rule({ steps, enabled: false })));
  expect(await rules.followDue()).toBe(0);
  expect((await w.tier(tierId)).price).toBe(5_000);
  expect(codeOf(await tiers.setPrice(vendor, tierId, 5_100, 'by hand'))).toBe('OK');
  value(await rules.put(vendor, tierId, rule({ steps })));
  expect(value(await rules.read(vendor, tierId))).toMatchObject({ enabled: true, steps, capCents: 8_000 });
  expect((await w.tier(tierId)).price).toBe(7_500);
  expect(codeOf(await tiers.setPrice(vendor, tierId, 5_200, 'by hand'))).toBe('INVALID_STATE');
  value(await rules.remove(vendor, tierId));
  expect(await w.tier(tierId)).toMatchObject({ price: 7_500, low: null, high: null });
});

test('C43: the range is shown all in, in the event and before one joins, as long as the rule is enabled', async () => {
  const event = await w.priced({ feeCents: 100, taxBp: 1_000, taxIncluded: false });
  const [tierId] = event.tierIds as [string];
  const vendor = w.vendorOf(event);
  const ranges = async () => [
    (await loadEvents(w.world.ledger.reads, [event.eventId]))[0]?.view.tiers[0]?.priceRange,
    (await readSnapshot(w.world.ledger.reads, event.dropId))?.tiers[0]?.priceRange,
  ];
  expect(await ranges()).toEqual([undefined, undefined]);
  value(await w.pricing.rules.put(vendor, tierId, rule()));
  const range = { minCents: 4_510, maxCents: 8_910 };
  expect(await ranges()).toEqual([range, range]);
  value(await w.pricing.terms.put(vendor, event.eventId, { feeCents: 0 }));
  expect(await ranges()).toEqual(Array(2).fill({ minCents: 4_400, maxCents: 8_800 }));
  value(await w.pricing.rules.put(vendor, tierId, rule({ enabled: false })));
  expect(await ranges()).toEqual([undefined, undefined]);
});
