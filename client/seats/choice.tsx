/** The chooser on the drop page, with what the sale has besides: tickets without a seat, the total, the one button. */
import type { ComponentChildren } from 'preact';
import type { SeatRef } from '../../server/protocol/seating.ts';
import type { DropState, HoldView } from '../../server/protocol/views.ts';
import { loginHere } from '../fan/before.tsx';
import { countOf, itemsOf, type Quantities } from '../fan/edit-plan.ts';
import { say } from '../fan/messages.ts';
import { shop } from '../fan/messages-shop.ts';
import { Picker, totalOf } from '../fan/picker.tsx';
import { isAboutCode, PresaleCode } from '../fan/presale-code.tsx';
import { ProblemNote } from '../fan/problem-note.tsx';
import type { DropViewProps } from '../fan/view-props.ts';
import { seatTexts as texts } from '../texts/seats.ts';
import { Button, Money } from '../ui/index.ts';
import { allIn } from '../ui/prices.ts';
import { Chooser } from './chooser.tsx';
import { type Pick, type SeatRequest, seatItems, seatRefusalOf } from './choosing.ts';
import type { SeatHouse } from './house.ts';
import { seatOf } from './names.ts';

const NOBODY: readonly SeatRef[] = [];

export interface ChoiceProps extends Omit<DropViewProps, 'drop'> {
  house: SeatHouse;
  drop: DropState;
  allowance: number;
  anonymous: boolean;
  picks: readonly Pick[];
  onPicks: (picks: readonly Pick[]) => void;
  draft: Quantities;
  onDraft: (draft: Quantities) => void;
  onAsk: (request: SeatRequest) => void;
  /** The hold that is to be exchanged. */
  swap?: HoldView;
}

export function Choice(props: ChoiceProps) {
  const { house, drop, picks, draft, swap, wishes } = props;
  const others = { ...drop, tiers: drop.tiers.filter((tier) => !tier.seated) };
  const otherCount = countOf(draft);
  const count = picks.length + otherCount;
  const paused = drop.phase === 'paused';
  const disabled = paused || !props.mayAct || props.anonymous;
  const busy = props.asking === (swap ? 'change' : 'hold');
  const ask = (items: SeatRequest['items']): void =>
    props.onAsk({ items: [...items, ...itemsOf(draft)], wishes, ...(swap ? { swap: swap.id } : {}) });
  const pickOf = (ref: SeatRef): Pick | null => {
    const seat = seatOf(house.layout, ref.id);
    const tierId = seat === null ? undefined : house.tiers[house.tierOf[seat]!];
    return seat === null || !tierId ? null : { seat, id: ref.id, tierId };
  };
  const take = (refs: readonly SeatRef[]): void => {
    const taken = refs.map(pickOf).filter((pick) => pick !== null);
    props.onPicks(taken);
    ask(seatItems(taken));
  };
  const { problem } = props;
  const refusal = seatRefusalOf(problem?.refusal);
  return (
    <Chooser
      house={house}
      drop={drop}
      zone={props.event?.venue.timeZone ?? 'UTC'}
      allowance={props.allowance}
      others={otherCount}
      picks={picks}
      wishes={wishes}
      mine={swap ? seatsHeld(swap) : NOBODY}
      refusal={refusal}
      now={props.now}
      busy={busy}
      disabled={disabled}
      swap={swap !== undefined}
      onPicks={props.onPicks}
      onWishes={props.act.setSeatWishes}
      onFind={(item) => ask([item])}
      onTake={take}
      idle={count === 0 && problem === null}
      foot={
        <Foot
          count={count}
          sum={sumOf(drop, picks, draft)}
          drop={drop}
          busy={busy}
          swap={swap !== undefined}
          anonymous={props.anonymous}
          disabled={disabled}
          note={
            paused
              ? shop.turn.paused
              : props.mayAct || props.anonymous
                ? swap
                  ? texts.hold.swapNote
                  : shop.turn.heldFor(drop.holdSeconds)
                : shop.turn.offline
          }
          problem={refusal || swap || isAboutCode(problem) ? null : <ProblemNote {...props} at="board" />}
          onHold={() => ask(seatItems(picks))}
        />
      }
    >
      <PresaleCode {...props} />
      {others.tiers.length > 0 ? (
        <div class="chooser-others">
          <h2 class="small strong">{texts.basket.others}</h2>
          <Picker
            drop={others}
            draft={draft}
            allowance={props.allowance - picks.length}
            now={props.now}
            zone={props.event?.venue.timeZone ?? 'UTC'}
            onDraft={props.onDraft}
          />
        </div>
      ) : null}
    </Chooser>
  );
}

/** What it comes to, and the one button. */
function Foot(props: {
  count: number;
  sum: number;
  drop: DropState;
  busy: boolean;
  swap: boolean;
  anonymous: boolean;
  disabled: boolean;
  note: string;
  problem: ComponentChildren;
  onHold: () => void;
}) {
  const { count } = props;
  return (
    <>
      {props.problem}
      <div class="foot-line">
        <div class="foot-total" aria-live="polite">
          <span class="small muted">{count === 0 ? shop.turn.none : texts.basket.total(count)}</span>
          <b class="total-sum">
            <Money minor={props.sum} currency={props.drop.tiers[0]?.currency ?? 'EUR'} />
          </b>
        </div>
        {props.anonymous ? (
          <Button wide href={loginHere(props.drop.id)}>
            {say.logInToBuy}
          </Button>
        ) : (
          <Button
            wide
            busy={props.busy}
            disabled={count === 0 || props.disabled}
            describedBy="hold-note"
            onClick={props.onHold}
          >
            {props.swap ? texts.basket.swap(count) : texts.basket.hold(count)}
          </Button>
        )}
      </div>
      <p class="tiny muted" id="hold-note">
        {props.note}
      </p>
    </>
  );
}

const sumOf = (drop: DropState, picks: readonly Pick[], draft: Quantities): number =>
  totalOf(drop, draft) +
  picks.reduce((sum, { tierId }) => {
    const tier = drop.tiers.find(({ id }) => id === tierId);
    return sum + (tier ? allIn(tier) : 0);
  }, 0);

export const seatsHeld = (hold: HoldView): SeatRef[] => hold.items.flatMap((item) => item.seats ?? []);
