/** What a ticket costs with everything on it. Where fee and tax are not worked out, the price is all there is to pay. */
import type { HoldItemView, TierView } from '../../server/protocol/views.ts';

export const allIn = (tier: Pick<TierView, 'priceCents' | 'allInCents'>): number =>
  tier.allInCents ?? tier.priceCents;

export const unitAllIn = (item: HoldItemView): number => item.unitAllInCents ?? item.unitPriceCents;
