/** Choosing quantities: the tiers with steppers and the all-in total that runs along. */
import type { DropState } from '../../server/protocol/index.ts';
import { Money, Tag } from '../ui/index.ts';
import { allIn } from '../ui/prices.ts';
import { countOf, type Quantities } from './edit-plan.ts';
import { say } from './messages.ts';
import { shop } from './messages-shop.ts';
import { PriceNotes } from './price-notes.tsx';
import { Stepper } from './stepper.tsx';

export const totalOf = (drop: DropState, quantities: Quantities): number =>
  drop.tiers.reduce((sum, tier) => sum + allIn(tier) * (quantities[tier.id] ?? 0), 0);

export function Picker(props: {
  drop: DropState;
  draft: Quantities;
  /** Most tickets in all. */
  allowance: number;
  /** Tickets of a tier that come free by the change itself, beside the stock. */
  extra?: Quantities;
  /** Server time in ms, and the venue's zone: a presale ends at a time of its clock. */
  now: number;
  zone: string;
  onDraft: (draft: Quantities) => void;
}) {
  const { drop, draft } = props;
  const room = props.allowance - countOf(draft);
  return (
    <ul class="tiers">
      {drop.tiers.map((tier) => {
        const value = draft[tier.id] ?? 0;
        const available = tier.available + (props.extra?.[tier.id] ?? 0);
        return (
          <li class="tier pick" key={tier.id}>
            <div class="grow">
              <b class="tier-name">{tier.name}</b>
              <p class="small num">
                <Money minor={allIn(tier)} currency={tier.currency} />
                <span class="muted"> · {available > 0 ? say.board.left(available) : null}</span>
                {available <= 0 ? <Tag kind="bad">{say.odds.gone}</Tag> : null}
              </p>
              <PriceNotes tier={tier} now={props.now} zone={props.zone} />
              {available <= 0 && tier.held > 0 ? <p class="tiny muted">{say.odds.back(tier.held)}</p> : null}
            </div>
            <Stepper
              name={tier.name}
              value={value}
              max={Math.min(value + Math.max(0, room), Math.max(available, 0))}
              onValue={(next) => props.onDraft({ ...draft, [tier.id]: next })}
            />
          </li>
        );
      })}
    </ul>
  );
}

export function Total(props: { drop: DropState; draft: Quantities }) {
  const count = countOf(props.draft);
  return (
    <div class="row total" aria-live="polite">
      <span class={count === 0 ? 'muted' : ''}>{count === 0 ? shop.turn.none : shop.turn.total(count)}</span>
      <b class="total-sum">
        <Money minor={totalOf(props.drop, props.draft)} currency={props.drop.tiers[0]?.currency ?? 'EUR'} />
      </b>
    </div>
  );
}
