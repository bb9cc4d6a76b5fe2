/** Tiers with their all-in prices, what is left of them, and honest odds. */
import type { DropState } from '../../server/protocol/index.ts';
import { Bar, Money, Tag } from '../ui/index.ts';
import { say } from './messages.ts';
import type { TierOdds } from './odds.ts';
import { oddsTag, whySentence } from './wording.ts';

export function StockBoard(props: {
  drop: DropState;
  odds: readonly TierOdds[];
  /** Server time in ms. */
  now: number;
  aged?: boolean;
  /** Before the sale only the prices are worth a line. */
  pricesOnly?: boolean;
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
                    <Money minor={tier.priceCents} currency={tier.currency} />{' '}
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
                    {tag ? <Money minor={tier.priceCents} currency={tier.currency} /> : null}
                  </div>
                  {why ? <p class="tiny muted">{why}</p> : null}
                </>
              )}
            </li>
          );
        })}
      </ul>
      <p class="tiny muted">{say.board.note}</p>
    </section>
  );
}
