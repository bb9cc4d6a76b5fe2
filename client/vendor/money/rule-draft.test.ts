import { expect, test } from 'vitest';
import type { PriceRuleView } from '../../../server/protocol/money.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import {
  checkRule,
  heightsOf,
  outlineOf,
  type RuleDraft,
  ruleBody,
  ruleDraft,
  ruleFields,
} from './rule-draft.ts';

const PLACE = { currency: 'EUR', zone: 'Europe/Berlin' };
const RULE: PriceRuleView = {
  tierId: 't',
  basePriceCents: 4_400,
  floorCents: 4_000,
  capCents: 6_000,
  steps: [
    { soldBp: 2_500, priceCents: 5_000 },
    { at: '2026-12-01T08:00:00.000Z', priceCents: 5_500 },
    { soldBp: 8_000, priceCents: 6_000 },
  ],
  enabled: true,
};

test('U439: a rule comes back from the form as it went in', () => {
  const { tierId: _, ...sent } = RULE;
  const draft = ruleDraft(RULE, PLACE);
  expect(checkRule(draft, PLACE)).toEqual({});
  expect(ruleBody(draft, PLACE)).toEqual(sent);
});

test('U439: a first rule is meant to be on; one that was switched off stays off', () => {
  expect(ruleDraft({ ...RULE, steps: [], enabled: false }, PLACE).enabled).toBe(true);
  expect(ruleDraft({ ...RULE, enabled: false }, PLACE).enabled).toBe(false);
});

test('U439: every mistake stands at its step, by the name the server would use', () => {
  const draft: RuleDraft = ruleDraft(RULE, PLACE);
  const [first, second, third] = draft.steps as [
    RuleDraft['steps'][number],
    RuleDraft['steps'][number],
    RuleDraft['steps'][number],
  ];
  const wrong = {
    ...draft,
    base: '39.99',
    cap: '30',
    steps: [first, { ...second, at: '' }, { ...third, share: '25' }, { ...second, key: 9, price: 'x' }],
  };
  const errors = checkRule(wrong, PLACE);
  expect(Object.keys(errors).sort()).toEqual(
    [
      'basePriceCents',
      'capCents',
      'steps.0.priceCents',
      'steps.1.at',
      'steps.1.priceCents',
      'steps.2.priceCents',
      'steps.2.soldBp',
      'steps.3.priceCents',
    ].sort(),
  );
  for (const field of Object.keys(errors)) expect(ruleFields(wrong)).toContain(field);
});

test('U439: times and shares are each in order among themselves', () => {
  const draft = ruleDraft(RULE, PLACE);
  const step = draft.steps[1] as RuleDraft['steps'][number];
  const again = { ...draft, steps: [...draft.steps, { ...step, key: 7 }] };
  expect(Object.keys(checkRule(again, PLACE))).toEqual(['steps.3.at']);
});

test('U440: the line begins at the first price and stays between floor and cap', () => {
  expect(heightsOf(RULE)).toEqual([0.2, 0.5, 0.75, 1]);
  expect(heightsOf({ ...RULE, floorCents: 6_000, steps: [] })).toEqual([0.5]);
  expect(heightsOf({ ...RULE, basePriceCents: 9_000, steps: [] })).toEqual([1]);
  expect(outlineOf([0, 1])).toBe('M0 90 H50 V10 H100');
});

test('U441: removing a rule says at which price the tier stays', () => {
  expect(vendorMoneyTexts.rule.removeText('€44.00')).toContain('stays at €44.00');
});
