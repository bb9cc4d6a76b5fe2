/** An event's terms as they stand in the form. Fields have the server's names, so that its refusals stand beside them. Pure. */
import type { TermsView } from '../../../server/protocol/money.ts';
import type { FieldErrors } from '../../shell/form.ts';
import { vendorMoneyTexts as texts } from '../../texts/vendor-money.ts';
import { formatMoney } from '../../ui/format.ts';
import { decimalsOf, readWhole } from '../draft.ts';
import type { Added } from './all-in.ts';
import { amountText, readAmount, readShare, shareText, WHOLE_BP } from './amounts.ts';

export const TERMS_FIELDS = [
  'feeCents',
  'feeBp',
  'taxName',
  'taxBp',
  'refundUntilHours',
  'refundFeeCents',
  'refundFeeBp',
] as const;
export type TermsField = (typeof TERMS_FIELDS)[number];

export interface TermsDraft extends Record<TermsField, string> {
  taxIncluded: boolean;
  comesBack: boolean;
  refundNeedsApproval: boolean;
}

/** The bounds are the server's (server/pricing/terms.ts); it checks again. */
const FEE_MAX = 1_000_000;
const SHARE_MAX_BP = 5_000;
const HOURS_MAX = 8_760;
const NAME_MAX = 40;

export function termsDraft(terms: TermsView, currency: string): TermsDraft {
  const decimals = decimalsOf(currency);
  return {
    feeCents: amountText(terms.feeCents, decimals),
    feeBp: shareText(terms.feeBp),
    taxName: terms.taxName,
    taxBp: shareText(terms.taxBp),
    taxIncluded: terms.taxIncluded,
    comesBack: terms.refundUntilHours !== null,
    refundUntilHours: String(terms.refundUntilHours ?? 0),
    refundFeeCents: amountText(terms.refundFeeCents, decimals),
    refundFeeBp: shareText(terms.refundFeeBp),
    refundNeedsApproval: terms.refundNeedsApproval,
  };
}

export function checkTerms(draft: TermsDraft, currency: string): FieldErrors<TermsField> {
  const errors: FieldErrors<TermsField> = {};
  const decimals = decimalsOf(currency);
  const amount = (field: 'feeCents' | 'refundFeeCents'): void => {
    if (readAmount(draft[field], decimals, FEE_MAX) === null)
      errors[field] = texts.amountWrong(formatMoney(FEE_MAX, currency));
  };
  const share = (field: 'feeBp' | 'taxBp' | 'refundFeeBp', most: number): void => {
    if (readShare(draft[field], most) === null) errors[field] = texts.percentWrong(most / 100);
  };
  amount('feeCents');
  share('feeBp', SHARE_MAX_BP);
  share('taxBp', SHARE_MAX_BP);
  const name = draft.taxName.trim();
  if (!name) errors.taxName = texts.missing;
  else if (name.length > NAME_MAX) errors.taxName = texts.tooLong(NAME_MAX);
  // What is folded away cannot be corrected: it is neither checked nor sent.
  if (!draft.comesBack) return errors;
  amount('refundFeeCents');
  share('refundFeeBp', WHOLE_BP);
  if (readWhole(draft.refundUntilHours, 0, HOURS_MAX) === null)
    errors.refundUntilHours = texts.whole(0, HOURS_MAX);
  return errors;
}

/** What the form adds to prices; null while fee or tax is no number. */
export function addedBy(draft: TermsDraft, currency: string): Added | null {
  const feeCents = readAmount(draft.feeCents, decimalsOf(currency), FEE_MAX);
  const feeBp = readShare(draft.feeBp, SHARE_MAX_BP);
  const taxBp = readShare(draft.taxBp, SHARE_MAX_BP);
  if (feeCents === null || feeBp === null || taxBp === null) return null;
  return { feeCents, feeBp, taxBp, taxIncluded: draft.taxIncluded };
}

/** What a fan has back of `allInCents`; null: nothing comes back, or it is not yet said how much. */
export function comesBack(draft: TermsDraft, currency: string, allInCents: number): number | null {
  if (!draft.comesBack) return null;
  const fixed = readAmount(draft.refundFeeCents, decimalsOf(currency), FEE_MAX);
  const share = readShare(draft.refundFeeBp, WHOLE_BP);
  if (fixed === null || share === null) return null;
  return Math.max(0, allInCents - fixed - Math.floor((2 * allInCents * share + WHOLE_BP) / (2 * WHOLE_BP)));
}

/** The body of `PUT /events/{id}/terms`, of a draft that passed `checkTerms`. */
export function termsBody(draft: TermsDraft, currency: string): Partial<Omit<TermsView, 'version'>> {
  const decimals = decimalsOf(currency);
  const back = draft.comesBack
    ? {
        refundUntilHours: Number(draft.refundUntilHours),
        refundFeeCents: readAmount(draft.refundFeeCents, decimals, FEE_MAX) ?? 0,
        refundFeeBp: readShare(draft.refundFeeBp, WHOLE_BP) ?? 0,
        refundNeedsApproval: draft.refundNeedsApproval,
      }
    : { refundUntilHours: null };
  return { ...addedBy(draft, currency), taxName: draft.taxName.trim(), ...back };
}
