/** What fans pay for each tier under the terms in the form, taken apart, with what they pay now where that differs. */
import type { EventView, TierView } from '../../../server/protocol/views.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { formatMoney } from '../../ui/index.ts';
import { allIn } from '../../ui/prices.ts';
import { type Added, partsOf } from './all-in.ts';
import { addedBy, comesBack, type TermsDraft } from './terms-draft.ts';

const { terms: texts } = vendorMoneyTexts;

export function AllInPreview({ event, draft }: { event: EventView; draft: TermsDraft }) {
  const added = addedBy(draft, event.currency);
  return (
    <section class="preview" aria-label={texts.preview}>
      <h3>{texts.preview}</h3>
      {added ? (
        <ul class="preview-tiers">
          {event.tiers.map((tier) => (
            <PreviewTier tier={tier} added={added} draft={draft} key={tier.id} />
          ))}
        </ul>
      ) : (
        <p class="small muted">{texts.previewWrong}</p>
      )}
    </section>
  );
}

function PreviewTier({ tier, added, draft }: { tier: TierView; added: Added; draft: TermsDraft }) {
  const { currency, priceCents } = tier;
  const money = (minor: number): string => formatMoney(minor, currency);
  const parts = partsOf(priceCents, added);
  const now = allIn(tier);
  const name = draft.taxName.trim() || texts.tax;
  const back = comesBack(draft, currency, parts.allInCents);
  return (
    <li>
      <div class="row">
        <b class="long">{tier.name}</b>
        <b class="num">{money(parts.allInCents)}</b>
      </div>
      <dl class="preview-parts small muted num">
        <div class="row">
          <dt>{texts.price}</dt>
          <dd>{money(priceCents)}</dd>
        </div>
        {parts.feeCents > 0 ? (
          <div class="row">
            <dt>{texts.feeLine}</dt>
            <dd>{money(parts.feeCents)}</dd>
          </div>
        ) : null}
        {parts.taxCents > 0 ? (
          <div class="row">
            <dt>{texts.taxLine(name, draft.taxBp.trim())}</dt>
            <dd>{money(parts.taxCents)}</dd>
          </div>
        ) : null}
      </dl>
      <p class="small muted num">
        {parts.taxIncludedCents > 0 ? `${texts.taxInside(money(parts.taxIncludedCents), name)}. ` : null}
        {back === null
          ? draft.comesBack
            ? null
            : texts.back_none
          : back === parts.allInCents
            ? texts.back_all
            : texts.back_less(money(back))}
      </p>
      {now === parts.allInCents ? null : <p class="small num preview-now">{texts.previewOld(money(now))}</p>}
    </li>
  );
}
