import { expect, test } from 'vitest';
import type { TermsView } from '../../../server/protocol/money.ts';
import { partsOf } from './all-in.ts';
import { amountText, readAmount, readShare, shareText } from './amounts.ts';
import { addedBy, checkTerms, comesBack, type TermsDraft, termsBody, termsDraft } from './terms-draft.ts';

const TERMS: TermsView = {
  feeCents: 250,
  feeBp: 350,
  taxName: 'VAT',
  taxBp: 1_900,
  taxIncluded: false,
  refundUntilHours: 48,
  refundFeeCents: 200,
  refundFeeBp: 1_000,
  refundNeedsApproval: true,
  version: 4,
};
const draft = (changed: Partial<TermsDraft> = {}): TermsDraft => ({
  ...termsDraft(TERMS, 'EUR'),
  ...changed,
});

test.each([
  ['3.5', 5_000, 350],
  ['3,5', 5_000, 350],
  ['19', 5_000, 1_900],
  ['0', 5_000, 0],
  ['50', 5_000, 5_000],
  ['50.01', 5_000, null],
  ['3.555', 5_000, null],
  ['-1', 5_000, null],
  ['', 5_000, null],
  ['ten', 5_000, null],
])('U430: %s percent, at most %i basis points, is %s', (typed, most, bp) => {
  expect(readShare(typed, most)).toBe(bp);
  if (bp !== null) expect(readShare(shareText(bp), most)).toBe(bp);
});

test('U430: amounts are read and written in the decimals of their currency', () => {
  expect(readAmount('68.4', 2, 10_000)).toBe(6_840);
  expect(readAmount('68.4', 0, 10_000)).toBeNull();
  expect(readAmount('100.01', 2, 10_000)).toBeNull();
  expect([amountText(6_840, 2), amountText(684, 0), amountText(6_840, 3)]).toEqual(['68.40', '684', '6.840']);
});

test('U431: terms come back from the form as they went in', () => {
  const { version: _, ...sent } = TERMS;
  expect(checkTerms(draft(), 'EUR')).toEqual({});
  expect(termsBody(draft(), 'EUR')).toEqual(sent);
});

test('U431: each mistake stands at its own field', () => {
  const wrong = draft({
    feeCents: '10000.01',
    feeBp: '51',
    taxName: '  ',
    taxBp: 'a fifth',
    refundUntilHours: '1.5',
    refundFeeCents: '',
    refundFeeBp: '101',
  });
  expect(Object.keys(checkTerms(wrong, 'EUR')).sort()).toEqual(
    ['feeBp', 'feeCents', 'refundFeeBp', 'refundFeeCents', 'refundUntilHours', 'taxBp', 'taxName'].sort(),
  );
});

test('U431: where tickets do not come back, nothing of it is checked or sent', () => {
  const never = draft({ comesBack: false, refundUntilHours: 'soon', refundFeeBp: '' });
  expect(checkTerms(never, 'EUR')).toEqual({});
  expect(termsBody(never, 'EUR')).toMatchObject({ refundUntilHours: null });
  expect(termsBody(never, 'EUR')).not.toHaveProperty('refundFeeBp');
});

test.each([
  // price, terms, what it comes to: as the ledger's price_parts works it out
  [6_840, { feeCents: 250, feeBp: 300, taxBp: 900, taxIncluded: false }, [455, 657, 0, 7_952]],
  [6_500, { feeCents: 0, feeBp: 0, taxBp: 1_900, taxIncluded: true }, [0, 0, 1_038, 6_500]],
  [5, { feeCents: 0, feeBp: 1_000, taxBp: 0, taxIncluded: true }, [1, 0, 0, 6]],
  [0, { feeCents: 100, feeBp: 0, taxBp: 2_000, taxIncluded: false }, [100, 20, 0, 120]],
  [100_000_000, { feeCents: 1_000_000, feeBp: 5_000, taxBp: 5_000, taxIncluded: false }, null],
] as const)('U432: a price of %i under %o', (priceCents, terms, expected) => {
  const { feeCents, taxCents, taxIncludedCents, allInCents } = partsOf(priceCents, terms);
  expect(allInCents).toBe(priceCents + feeCents + taxCents);
  if (expected) expect([feeCents, taxCents, taxIncludedCents, allInCents]).toEqual(expected);
});

test('U432: while fee or tax is no number, no price is shown', () => {
  expect(addedBy(draft(), 'EUR')).toEqual({ feeCents: 250, feeBp: 350, taxBp: 1_900, taxIncluded: false });
  expect(addedBy(draft({ taxBp: '' }), 'EUR')).toBeNull();
  expect(addedBy(draft({ feeCents: '1.234' }), 'EUR')).toBeNull();
});

test('U433: what comes back is what was paid, less what is kept, and never below nothing', () => {
  expect(comesBack(draft(), 'EUR', 7_952)).toBe(7_952 - 200 - 795);
  expect(comesBack(draft({ refundFeeCents: '500' }), 'EUR', 7_952)).toBe(0);
  expect(comesBack(draft({ refundFeeCents: '0', refundFeeBp: '0' }), 'EUR', 7_952)).toBe(7_952);
  expect(comesBack(draft({ comesBack: false }), 'EUR', 7_952)).toBeNull();
  expect(comesBack(draft({ refundFeeBp: 'x' }), 'EUR', 7_952)).toBeNull();
});
