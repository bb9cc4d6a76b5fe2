/** What each price is made of, for whoever unfolds it: fetched then, not before. */
import type { TermsView } from '../../server/protocol/money.ts';
import type { TierView } from '../../server/protocol/views.ts';
import { tillTexts as texts } from '../texts/till.ts';
import { isPlain, partsOfTier } from './lines.ts';
import { PriceLines, useTerms } from './price-lines.tsx';

export function PriceFold(props: { tiers: readonly TierView[]; getTerms: () => Promise<TermsView> }) {
  const terms = useTerms(props.getTerms);
  return (
    <ul class="price-fold">
      {props.tiers.map((tier) => {
        const parts = partsOfTier(tier);
        return (
          <li key={tier.id}>
            <b class="small">{tier.name}</b>
            {isPlain(parts) ? (
              <p class="tiny muted">{texts.plainPrice}</p>
            ) : (
              <PriceLines parts={parts} terms={terms} first={texts.lines.price} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
