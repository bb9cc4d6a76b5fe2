/** Tiers with their all-in prices, what is left of them, and honest odds. */
import { useState } from 'preact/hooks';
import type { DropState } from '../../server/protocol/index.ts';
import { Bar, Money, Tag } from '../ui/index.ts';
import { allIn } from '../ui/prices.ts';
import { lazyCode } from './lazy-code.tsx';
import { say } from './messages.ts';
import type { TierOdds } from './odds.ts';
import { PriceNotes } from './price-notes.tsx';
import type { DropViewProps } from './view-props.ts';
import { oddsTag, whySentence } from './wording.ts';

export function StockBoard(props: {
  drop: DropState;
  odds: readonly TierOdds[];
  /** Server time in ms. */
  now: number;
  aged?: boolean;
  /** Before the sale only the prices are worth a line. */
  pricesOnly?: boolean;
  zone: string;
  getTerms: DropViewProps['getTerms'];
}) {
  return (
    <section class={props.aged ? 'card board aged' : 'card board'} aria-label={say.board.title}>
      <h2 class="card-title">{say.board.title}</h2>
      <ul class="tiers">
        {props.drop.tiers.map((tier) => {
          const odds = props.odds.find((candidate) => candidate.tierId === tier.id);
          const tag = odds && !props.pricesOnly ? oddsTag(odds, props.now) : null;
          const why = odds ? whySentence(odds) : '';
          return (
            <li class="tier" key={tier.id}>
              <div class="row">
                <b class="tier-name">{tier.name}</b>
                {tag ? (
                  <Tag kind={tag.kind}>{tag.text}</Tag>
                ) : (
                  <span>
                    <Money minor={allIn(tier)} currency={tier.currency} />{' '}
                    <span class="muted small">{say.board.allIn}</span>
                  </span>
                )}
              </div>
              {props.pricesOnly ? null : (
                <>
                  <Bar
                    total={tier.quantity}
                    sold={tier.sold}
                    held={tier.held}
                    label={say.board.bar(tier.name, tier.sold, tier.held, tier.quantity)}
                  />
                  <div class="row tiny muted num">
                    <span>
                      {say.board.left(tier.available)} · {say.board.carts(tier.held)}
                    </span>
                    {tag ? <Money minor={allIn(tier)} currency={tier.currency} /> : null}
                  </div>
                  {why ? <p class="tiny muted">{why}</p> : null}
                </>
              )}
              <PriceNotes tier={tier} now={props.now} zone={props.zone} />
            </li>
          );
        })}
      </ul>
      <p class="tiny muted">{say.board.note}</p>
      <Parts {...props} />
    </section>
  );
}

const fold = lazyCode(() => import('../till/price-fold.tsx'));
const PriceFold = fold.part<Parameters<typeof import('../till/price-fold.tsx').PriceFold>[0]>('PriceFold');

/** What the prices are made of: its code, and what it shows, are fetched when somebody wants to know. */
function Parts(props: { drop: DropState; getTerms: DropViewProps['getTerms'] }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="fold small" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say.board.fold}</summary>
      {open ? <PriceFold tiers={props.drop.tiers} getTerms={props.getTerms} /> : null}
    </details>
  );
}
