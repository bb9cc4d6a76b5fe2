/** Prices: terms, codes, presales, and prices that move by rule. RULES.md says what holds here. */
import type { Clock, Ids } from '../kernel/index.ts';
import type { Ledger } from '../stores/index.ts';
import { type Codes, createCodes } from './codes.ts';
import type { Guessing } from './guessing.ts';
import { createOrderCodes, type OrderCodes } from './order-codes.ts';
import { createPriceRules, type PriceRules } from './price-rule.ts';
import { createTerms, type Terms } from './terms.ts';
import { createTierPrices, type TierPrices } from './tier-prices.ts';

export { createGuessing, type Guessing, unbounded } from './guessing.ts';
export { applyCode } from './order-codes.ts';
export { createPresale, type Presale, type PresaleWish } from './presale.ts';
export { pricingRoutes } from './routes.ts';
export { TermsBody, writeTerms } from './terms.ts';

export interface Pricing {
  terms: Terms;
  codes: Codes;
  orderCodes: OrderCodes;
  tiers: TierPrices;
  rules: PriceRules;
}

export interface PricingDeps {
  ledger: Ledger;
  clock: Clock;
  ids: Ids;
  guessing: Guessing;
}

export const createPricing = ({ ledger, clock, ids, guessing }: PricingDeps): Pricing => ({
  terms: createTerms(ledger),
  codes: createCodes({ ledger, ids }),
  orderCodes: createOrderCodes({ ledger, clock, guessing }),
  tiers: createTierPrices(ledger),
  rules: createPriceRules(ledger),
});
