import { expect, test } from 'vitest';
import { hold, order } from '../fan/gallery/fixtures.ts';
import { priced } from '../fan/gallery/money.ts';
import { allIn, unitAllIn } from '../ui/prices.ts';
import { dueOf, heldAt, isPlain, orderOf, partsOfHold, partsOfOrder, partsOfTier } from './lines.ts';

test('U400: the price is the one with everything on it, or as it is', () => {
  expect(allIn({ priceCents: 4500 })).toBe(4500);
  expect(allIn({ priceCents: 4500, allInCents: 5200 })).toBe(5200);
  const [item] = hold().items;
  expect(unitAllIn(item!)).toBe(6840);
  expect(unitAllIn({ ...item!, unitAllInCents: 7952 })).toBe(7952);
});

test('U401: the parts of a price, a hold and an order come to their sum', () => {
  const sum = (parts: ReturnType<typeof partsOfOrder>): number =>
    parts.subtotalCents - parts.discountCents + parts.feesCents + parts.taxCents;
  for (const tier of priced().tiers) {
    expect(sum(partsOfTier(tier))).toBe(allIn(tier));
  }
  const items = [{ ...hold().items[0]!, unitFeeCents: 455, unitTaxCents: 657, unitAllInCents: 7952 }];
  const held = partsOfHold(hold({ items, totalCents: 15_904 }));
  expect(sum(held)).toBe(held.totalCents);
  const paid = partsOfOrder(order({ discountCents: 2000, code: 'KELP', totalCents: 11_680 }));
  expect(sum(paid)).toBe(paid.totalCents);
  expect(paid.code).toBe('KELP');
  expect(isPlain(partsOfHold(hold()))).toBe(true);
  expect(isPlain(paid)).toBe(false);
});

test('U522: what points took is part of what is taken off, and makes a sum worth taking apart', () => {
  const parts = partsOfOrder(
    order({ discountCents: 4000, pointsCents: 2000, pointsUsed: 2000, code: 'KELP', totalCents: 9_680 }),
  );
  expect([parts.discountCents - parts.pointsCents, parts.pointsCents, parts.pointsUsed]).toEqual([
    2000, 2000, 2000,
  ]);
  expect(parts.subtotalCents - parts.discountCents + parts.feesCents + parts.taxCents).toBe(parts.totalCents);
  // fees alone may be what points paid
  expect(isPlain(partsOfOrder(order({ pointsUsed: 100 })))).toBe(false);
});

test('U401: a contained tax is named and not added', () => {
  const parts = partsOfOrder(order({ taxIncludedCents: 1129 }));
  expect(parts.taxIncludedCents).toBe(1129);
  expect(parts.taxCents).toBe(0);
  expect(parts.totalCents).toBe(13_680);
  expect(isPlain(parts)).toBe(false);
});

test('U402: what is due is what the order of this very hold comes to', () => {
  const pending = order({ status: 'pending', totalCents: 11_680 });
  expect(dueOf(hold(), null)).toBe(13_680);
  expect(dueOf(hold(), pending)).toBe(11_680);
  expect(dueOf(hold(), { ...pending, holdId: null })).toBe(13_680);
  expect(orderOf(hold(), { ...pending, status: 'canceled' })).toBeNull();
});

test('U409: with a code on its order what is held shows that order’s prices', () => {
  const [item] = hold().items;
  const items = [{ ...item!, unitDiscountCents: 1000, unitAllInCents: 5840 }];
  const cheaper = order({ status: 'pending', items, totalCents: 11_680 });
  expect(heldAt(hold(), cheaper)).toMatchObject({ totalCents: 11_680, items: [{ unitAllInCents: 5840 }] });
  expect(heldAt(hold(), { ...cheaper, holdId: null })).toEqual(hold());
  expect(heldAt(hold(), null)).toEqual(hold());
});
