/** What is chosen: each seat by name and price, with a way to give it back; what others took, struck through; the total. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { seatTexts as texts } from '../texts/seats.ts';
import { formatMoney } from '../ui/index.ts';
import { allIn } from '../ui/prices.ts';
import type { Pick } from './choosing.ts';
import type { SeatLayout } from './layout.ts';
import { nameOf, refOf } from './names.ts';

export interface BasketTier {
  name: string;
  priceCents: number;
  allInCents?: number;
  currency: string;
}

export function Basket(props: {
  layout: SeatLayout;
  picks: readonly Pick[];
  lost: readonly Pick[];
  tierOf: (tierId: string) => BasketTier | undefined;
  /** What to do while it is empty. */
  hint: string;
  onReturn: (pick: Pick) => void;
  onDismiss: () => void;
  children?: ComponentChildren;
}) {
  const { picks, lost } = props;
  const box = useRef<HTMLElement>(null);
  const giveBack = (pick: Pick): void => {
    // The button goes with its line: whoever pressed it by key stays here.
    box.current?.focus({ preventScroll: true });
    props.onReturn(pick);
  };
  return (
    <section class="basket" aria-label={texts.basket.title} ref={box} tabIndex={-1}>
      {picks.length === 0 && lost.length === 0 ? <p class="muted small">{props.hint}</p> : null}
      <ul>
        {picks.map((pick) => (
          <Line {...props} onReturn={giveBack} pick={pick} key={pick.id} />
        ))}
        {lost.map((pick) => (
          <li class="basket-line lost" key={pick.id}>
            <span class="grow">
              <s>{nameOf(refOf(props.layout, pick.seat))}</s>
              <span class="tiny block">{texts.basket.gone}</span>
            </span>
          </li>
        ))}
      </ul>
      {lost.length > 0 ? (
        <button type="button" class="button link" onClick={props.onDismiss}>
          {texts.basket.dismiss}
        </button>
      ) : null}
      {props.children}
    </section>
  );
}

function Line(props: {
  layout: SeatLayout;
  pick: Pick;
  tierOf: (tierId: string) => BasketTier | undefined;
  onReturn: (pick: Pick) => void;
}) {
  const tier = props.tierOf(props.pick.tierId);
  const name = nameOf(refOf(props.layout, props.pick.seat));
  return (
    <li class="basket-line">
      <span class="grow">
        {name}
        <span class="tiny muted block">{tier?.name}</span>
      </span>
      {tier ? <span class="num strong">{formatMoney(allIn(tier), tier.currency)}</span> : null}
      <button
        type="button"
        class="basket-return"
        aria-label={texts.basket.remove(name)}
        onClick={() => props.onReturn(props.pick)}
      >
        <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
          <path d="M5 5l10 10M15 5L5 15" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
        </svg>
      </button>
    </li>
  );
}
