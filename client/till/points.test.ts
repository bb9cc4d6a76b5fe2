import { expect, test } from 'vitest';
import { drop, hold, NOW } from '../fan/gallery/fixtures.ts';
import { mostFor, offersFor, readPoints } from './points.ts';

const [floor] = hold().items;
const item = { ...floor!, unitFeeCents: 455, unitTaxCents: 657, unitAllInCents: 7952 };
const { tiers } = drop();

test('U520: as a discount points take no more than one has, and no more than the tickets cost', () => {
  expect(mostFor([item], 1_250)).toBe(1_250);
  expect(mostFor([item], 1_000_000)).toBe(2 * 6840);
  expect(mostFor([{ ...item, unitDiscountCents: 1000 }], 1_000_000)).toBe(2 * 5840);
});

test('U520: only what the balance covers is offered: free tickets all in, an upgrade at its difference', () => {
  expect(offersFor([item], tiers, 100, NOW)).toEqual([]);
  // to Restricted view at 31.00, which takes more off than the balcony
  expect(offersFor([item], tiers, 10_000, NOW)).toMatchObject([
    {
      kind: 'upgrade',
      points: 2 * (6840 - 3100),
      from: 'Restricted view',
      wish: { upgradeTier: item.tierId },
    },
  ]);
  expect(offersFor([item], tiers, 20_000, NOW).map(({ kind, points }) => [kind, points])).toEqual([
    ['free', 2 * 7952],
    ['upgrade', 2 * (6840 - 3100)],
  ]);
});

test('U520: what is sold out, in presale or not cheaper is no upgrade', () => {
  const upgrades = (more: object, discount = 0) =>
    offersFor(
      [{ ...item, unitDiscountCents: discount }],
      tiers.map((tier) => (tier.id === item.tierId ? tier : { ...tier, ...more })),
      10_000,
      NOW,
    ).filter(({ kind }) => kind === 'upgrade');
  expect(upgrades({})).toHaveLength(1);
  expect(upgrades({ available: 0 })).toEqual([]);
  expect(upgrades({ presaleUntil: new Date(NOW + 1_000).toISOString() })).toEqual([]);
  expect(upgrades({ presaleUntil: new Date(NOW).toISOString() })).toHaveLength(1);
  expect(upgrades({}, 6840 - 3100)).toEqual([]);
});

test('U520: points are written as people write numbers', () => {
  expect(['1250', ' 1 250 ', '1.250', '1,250', "1'250"].map(readPoints)).toEqual([
    1250, 1250, 1250, 1250, 1250,
  ]);
  expect(['', '0', '-5', '12a', '1e3', '1234567890'].map(readPoints)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});
