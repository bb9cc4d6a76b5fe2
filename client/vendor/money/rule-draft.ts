/** How a tier's price moves by itself, as it stands in the form, and the line it draws. Pure. */
import type { PriceRuleView } from '../../../server/protocol/money.ts';
import type { FieldErrors } from '../../shell/form.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { decimalsOf } from '../draft.ts';
import { isoToZoned, zonedToIso } from '../zone.ts';
import { amountText, PRICE_MAX, readAmount, readShare, shareText, WHOLE_BP } from './amounts.ts';
import type { Place } from './code-draft.ts';

const { rule: texts, tiers, notDate } = vendorMoneyTexts;

export interface StepDraft {
  /** Keeps a row its own while others come and go. */
  key: number;
  by: 'time' | 'share';
  /** A `datetime-local` value in the venue's zone. */
  at: string;
  share: string;
  price: string;
}

export interface RuleDraft {
  base: string;
  floor: string;
  cap: string;
  steps: StepDraft[];
  enabled: boolean;
}

export const STEPS_MAX = 50;
export const newStep = (key: number, by: StepDraft['by']): StepDraft => ({
  key,
  by,
  at: '',
  share: '',
  price: '',
});

export function ruleDraft(rule: PriceRuleView, { currency, zone }: Place): RuleDraft {
  const amount = (minor: number): string => amountText(minor, decimalsOf(currency));
  return {
    base: amount(rule.basePriceCents),
    floor: amount(rule.floorCents),
    cap: amount(rule.capCents),
    steps: rule.steps.map((step, index) => ({
      key: index,
      by: step.at === undefined ? 'share' : 'time',
      at: step.at === undefined ? '' : isoToZoned(step.at, zone),
      share: step.soldBp === undefined ? '' : shareText(step.soldBp),
      price: amount(step.priceCents),
    })),
    // Who writes a first rule wants it on; one that is off stays off until somebody says so.
    enabled: rule.enabled || rule.steps.length === 0,
  };
}

/** By the server's names of the same fields, `steps.0.priceCents`. */
export const ruleFields = (draft: RuleDraft): string[] => [
  'basePriceCents',
  'floorCents',
  'capCents',
  ...draft.steps.flatMap((step, index) => [
    `steps.${index}.${step.by === 'time' ? 'at' : 'soldBp'}`,
    `steps.${index}.priceCents`,
  ]),
];

interface Last {
  at: string;
  soldBp: number;
}

/** Each step comes later, or at a larger share, than the last of its kind. */
function whenWrong(step: StepDraft, zone: string, last: Last): string | undefined {
  if (step.by === 'time') {
    const at = zonedToIso(step.at, zone);
    if (at === null) return notDate;
    const late = at > last.at;
    last.at = at;
    return late ? undefined : texts.timeOrder;
  }
  const soldBp = readShare(step.share, WHOLE_BP);
  if (soldBp === null) return texts.shareWrong;
  const more = soldBp > last.soldBp;
  last.soldBp = soldBp;
  return more ? undefined : texts.shareOrder;
}

export function checkRule(draft: RuleDraft, { currency, zone }: Place): FieldErrors<string> {
  const errors: Record<string, string | undefined> = {};
  const read = (typed: string): number | null => readAmount(typed, decimalsOf(currency), PRICE_MAX);
  const [floor, cap] = [read(draft.floor), read(draft.cap)];
  const between = (typed: string): string | undefined => {
    const price = read(typed);
    if (price === null) return tiers.priceWrong;
    return (floor !== null && price < floor) || (cap !== null && price > cap) ? texts.between : undefined;
  };
  if (floor === null) errors.floorCents = tiers.priceWrong;
  if (cap === null) errors.capCents = tiers.priceWrong;
  else if (floor !== null && cap < floor) errors.capCents = texts.capBelow;
  errors.basePriceCents = between(draft.base);
  const last: Last = { at: '', soldBp: -1 };
  for (const [index, step] of draft.steps.entries()) {
    const when = whenWrong(step, zone, last);
    errors[`steps.${index}.${step.by === 'time' ? 'at' : 'soldBp'}`] = when;
    errors[`steps.${index}.priceCents`] = between(step.price);
  }
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => error)) as FieldErrors<string>;
}

/** The body of `PUT /tiers/{id}/price-rule`, of a draft that passed `checkRule`. */
export function ruleBody(draft: RuleDraft, { currency, zone }: Place): Omit<PriceRuleView, 'tierId'> {
  const amount = (typed: string): number => readAmount(typed, decimalsOf(currency), PRICE_MAX) ?? 0;
  return {
    basePriceCents: amount(draft.base),
    floorCents: amount(draft.floor),
    capCents: amount(draft.cap),
    steps: draft.steps.map((step) => ({
      ...(step.by === 'time'
        ? { at: zonedToIso(step.at, zone) ?? '' }
        : { soldBp: readShare(step.share, WHOLE_BP) ?? 0 }),
      priceCents: amount(step.price),
    })),
    enabled: draft.enabled,
  };
}

/** The line of a rule: each price as wide as the next, from the floor (0) to the cap (1). */
export function heightsOf(rule: Omit<PriceRuleView, 'tierId'>): number[] {
  const span = rule.capCents - rule.floorCents;
  return [rule.basePriceCents, ...rule.steps.map((step) => step.priceCents)].map((price) =>
    span <= 0 ? 0.5 : Math.min(1, Math.max(0, (price - rule.floorCents) / span)),
  );
}

/** Its outline in a box of 100 by 100, with room above and below. */
export function outlineOf(heights: readonly number[]): string {
  const wide = 100 / heights.length;
  const y = (height: number): number => Math.round((90 - height * 80) * 100) / 100;
  const x = (index: number): number => Math.round(index * wide * 100) / 100;
  return heights
    .map((height, index) => `${index === 0 ? `M0 ${y(height)}` : `V${y(height)}`} H${x(index + 1)}`)
    .join(' ');
}
