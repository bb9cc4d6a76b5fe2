/**
 * Choosing seats: the best in one tap, the map or the list, the basket, and what the server said no to. Used for a first
 * hold and for exchanging one; what differs between the two is in `swap`.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import type { HoldItem } from '../../server/protocol/events.ts';
import type { SeatRef } from '../../server/protocol/seating.ts';
import type { DropState, TierView } from '../../server/protocol/views.ts';
import { seatTexts as texts } from '../texts/seats.ts';
import { formatClockSeconds, formatMoney, Notice } from '../ui/index.ts';
import { allIn } from '../ui/prices.ts';
import { Basket } from './basket.tsx';
import { BestForm } from './best-form.tsx';
import { mayPick, type Pick, press, type SeatRefusal, type SeatWishes, withoutTaken } from './choosing.ts';
import type { SeatHouse } from './house.ts';
import { Legend } from './legend.tsx';
import { useFanLook } from './look.ts';
import { inWords, nameOf, refOf, seatsOf } from './names.ts';
import { sectionPrices, standingLines } from './prices.ts';
import { namedBy, offerOf, RefusalNote } from './refusal-note.tsx';
import { SeatList } from './seat-list.tsx';
import { SeatMap } from './seat-map.tsx';

export interface ChooserProps {
  house: SeatHouse;
  drop: DropState;
  zone: string;
  /** Most tickets in all, seats and others. */
  allowance: number;
  /** Tickets without a seat that are chosen beside. */
  others: number;
  picks: readonly Pick[];
  wishes: SeatWishes;
  /** Seats held by this fan. */
  mine: readonly SeatRef[];
  refusal: SeatRefusal | null;
  /** Server time in ms. */
  now: number;
  /** Something is being asked: nothing is taken from the basket meanwhile. */
  busy: boolean;
  disabled: boolean;
  /** Exchanging: what is held stays until the new stands. */
  swap: boolean;
  onPicks: (picks: readonly Pick[]) => void;
  onWishes: (wishes: SeatWishes) => void;
  /** Hold the best there are. */
  onFind: (item: HoldItem) => void;
  /** Hold exactly these, as offered. */
  onTake: (seats: readonly SeatRef[]) => void;
  /** Tickets without a seat. */
  children: ComponentChildren;
  /** The total and the button: always in sight on a phone. */
  foot: ComponentChildren;
  /** Nothing to hold and nothing to say: the foot then leaves the screen to the map. */
  idle: boolean;
}

export function Chooser(props: ChooserProps) {
  const { house, picks } = props;
  const { layout } = house;
  // Every change of a state may change what is free here.
  void house.revision.value;
  const [view, setView] = useState<'map' | 'list'>('map');
  const [spoken, setSpoken] = useState('');
  const [focused, setFocused] = useState<readonly number[]>([]);
  const [full, setFull] = useState(false);
  const hint = useId();
  const mine = useMemo(() => new Set(seatsOf(layout, props.mine)), [layout, props.mine]);
  const isOpen = (seat: number): boolean =>
    house.tierOf[seat]! >= 0 &&
    (mine.has(seat) || mayPick(house.states()[seat]!, layout.flags[seat]!, props.wishes));
  const { lost, dismiss } = useLost(props, isOpen, setSpoken);
  const fan = useFanLook(house, picks, mine);
  const tierAt = (seat: number): TierView | undefined =>
    props.drop.tiers.find((tier) => tier.id === house.tiers[house.tierOf[seat]!]);
  const prices = sectionPrices(house, props.drop);

  const pressed = (seat: number): void => {
    const tier = tierAt(seat);
    const held = picks.some((pick) => pick.seat === seat);
    if (!tier || props.busy || (!held && !isOpen(seat))) return;
    const ref = refOf(layout, seat);
    const room = props.allowance - props.others - picks.length;
    const next = press(picks, { seat, id: ref.id, tierId: tier.id }, room);
    setFull(next.full);
    if (next.full) {
      setSpoken(texts.basket.full(props.allowance));
      return;
    }
    const say = held ? texts.spoken.returned : texts.spoken.picked;
    setSpoken(say(nameOf(ref), next.picks.length));
    props.onPicks(next.picks);
  };
  const pointAt = usePointer(props, layout);
  const staleSince = house.staleSince.value;
  return (
    <div class="chooser">
      <div class="chooser-best">
        <BestForm
          most={props.allowance - props.others}
          tiers={props.drop.tiers
            .filter((tier) => tier.seated && tier.available > 0)
            .map((tier) => [tier.id, `${tier.name} · ${formatMoney(allIn(tier), tier.currency)}`])}
          sections={house.geometry.sections.map((section) => [section.key, section.label])}
          wishes={props.wishes}
          onWishes={props.onWishes}
          busy={props.busy}
          disabled={props.disabled}
          exchange={props.swap}
          codeElsewhere={props.drop.tiers.some(
            ({ presaleUntil }) => presaleUntil && Date.parse(presaleUntil) > props.now,
          )}
          onFind={props.onFind}
        />
      </div>
      <div class="chooser-view">
        <ViewSwitch view={view} onView={setView} />
        {view === 'map' ? (
          <>
            <div class="chooser-map">
              <SeatMap
                geometry={house.geometry}
                look={fan.look}
                changes={fan.changes}
                label={texts.map.label(house.geometry.name)}
                describedBy={hint}
                onSeat={pressed}
                sectionLines={(section, sum) => [texts.map.free(sum.free), prices[section]!]}
                standingLines={(key) => standingLines(house, props.drop, key)}
                marked={focused.length > 0 ? focused : pointAt.offered}
                flash={pointAt.flash}
                focus={pointAt.focus}
              />
            </div>
            <p class="sr" id={hint}>
              {texts.map.hint}
            </p>
          </>
        ) : (
          <SeatList
            layout={layout}
            lookOf={fan.look.stateOf}
            priceOf={(seat) => {
              const tier = tierAt(seat);
              return tier ? formatMoney(allIn(tier), tier.currency) : '';
            }}
            sectionPrice={(section) => prices[section]!}
            isOpen={isOpen}
            freeIn={(section) => freeIn(house, section, isOpen)}
            onSeat={pressed}
            onFocus={(seat) => setFocused(seat === null ? [] : [seat])}
          />
        )}
        {staleSince === null ? null : (
          <p class="tiny muted">{texts.map.stale(formatClockSeconds(staleSince, props.zone))}</p>
        )}
        <Legend
          tiers={house.tiers.map((id) => {
            const tier = props.drop.tiers.find((candidate) => candidate.id === id);
            return {
              name: tier?.name ?? '',
              price: tier ? formatMoney(allIn(tier), tier.currency) : '',
              free: texts.map.free(tier?.available ?? 0),
            };
          })}
        />
      </div>
      <div class="chooser-side">
        <Basket
          layout={layout}
          picks={picks}
          lost={lost}
          tierOf={(id) => props.drop.tiers.find((tier) => tier.id === id)}
          hint={view === 'map' ? texts.basket.empty : texts.basket.emptyList}
          onReturn={(pick) => pressed(pick.seat)}
          onDismiss={dismiss}
        />
        {full ? <Notice kind="turn">{texts.basket.full(props.allowance)}</Notice> : null}
        {props.children}
      </div>
      <div class={props.idle ? 'chooser-foot' : 'sticky chooser-foot'}>
        {props.refusal ? (
          <RefusalNote
            refusal={props.refusal}
            now={props.now}
            holding={props.swap}
            busy={props.busy}
            onTake={props.onTake}
          />
        ) : null}
        {props.foot}
      </div>
      <p class="sr" role="status" aria-live="polite">
        {spoken}
      </p>
    </div>
  );
}

function ViewSwitch(props: { view: 'map' | 'list'; onView: (view: 'map' | 'list') => void }) {
  return (
    <fieldset class="view-switch">
      <legend class="sr">{texts.views.label}</legend>
      {(['map', 'list'] as const).map((view) => (
        <button
          type="button"
          key={view}
          aria-pressed={props.view === view}
          onClick={() => props.onView(view)}
        >
          {texts.views[view]}
        </button>
      ))}
    </fieldset>
  );
}

/** Picks that others took leave the basket the moment that is known, and stay readable until they are put away. */
function useLost(
  props: ChooserProps,
  isOpen: (seat: number) => boolean,
  speak: (text: string) => void,
): { lost: readonly Pick[]; dismiss: () => void } {
  const { house, picks, busy } = props;
  const [lost, setLost] = useState<readonly Pick[]>([]);
  const revision = house.revision.value;
  useEffect(() => {
    // While a hold is asked for, a pick that turns "held" is probably one's own.
    if (busy) return;
    const left = withoutTaken(picks, isOpen);
    if (left.lost.length === 0) return;
    setLost((before) => [...before, ...left.lost]);
    speak(texts.spoken.lost(inWords(left.lost.map((pick) => refOf(house.layout, pick.seat)))));
    props.onPicks(left.picks);
  }, [revision, busy, picks]);
  // Picked again after it came back, or put away.
  const shown = lost.filter((pick) => !picks.some(({ seat }) => seat === pick.seat));
  return { lost: shown, dismiss: () => setLost([]) };
}

/** A refusal's seats are pointed at once, and the offer is brought into view. */
function usePointer(
  props: ChooserProps,
  layout: SeatHouse['layout'],
): { flash: readonly number[]; focus: readonly number[]; offered: readonly number[] } {
  const { refusal, picks } = props;
  const first = useRef(picks);
  return useMemo(() => {
    const named = seatsOf(layout, namedBy(refusal));
    const offered = seatsOf(layout, offerOf(refusal)?.seats ?? []);
    // What was picked before a refresh, or is to be exchanged, is where one goes on.
    const start = refusal ? [] : first.current.map(({ seat }) => seat);
    const pointed = [...named, ...offered];
    return { flash: named, focus: pointed.length > 0 ? pointed : start, offered };
  }, [refusal, layout]);
}

function freeIn(house: SeatHouse, section: number, isOpen: (seat: number) => boolean): number {
  const { first, count } = house.geometry.sections[section]!;
  let free = 0;
  for (let seat = first; seat < first + count; seat += 1) if (isOpen(seat)) free += 1;
  return free;
}
