/**
 * What fans pay for a price under some terms, before they are saved. The ledger works the same out when it prices a tier
 * (server/pricing/price-parts.function.sql), and only its figures are ever charged: tests compare the two.
 */
import type { TermsView } from '../../../server/protocol/money.ts';
import { WHOLE_BP } from './amounts.ts';

export type Added = Pick<TermsView, 'feeCents' | 'feeBp' | 'taxBp' | 'taxIncluded'>;

export interface PriceParts {
  feeCents: number;
  /** On top of price and fee. */
  taxCents: number;
  /** Contained in them. */
  taxIncludedCents: number;
  allInCents: number;
}

/** Half up, to the minor unit. */
const part = (whole: number, bp: number, of: number): number => Math.floor((2 * whole * bp + of) / (2 * of));

export function partsOf(priceCents: number, { feeCents, feeBp, taxBp, taxIncluded }: Added): PriceParts {
  const fee = feeCents + part(priceCents, feeBp, WHOLE_BP);
  const base = priceCents + fee;
  const taxCents = taxIncluded ? 0 : part(base, taxBp, WHOLE_BP);
  return {
    feeCents: fee,
    taxCents,
    taxIncludedCents: taxIncluded ? part(base, taxBp, WHOLE_BP + taxBp) : 0,
    allInCents: base + taxCents,
  };
}
