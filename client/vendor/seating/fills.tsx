/** How full each section is, as bars; the way to it on the map. And what to show of the map, and its signs. */
import { useRef } from 'preact/hooks';
import type { SalesView } from '../../../server/protocol/views.ts';
import type { SeatHouse } from '../../seats/house.ts';
import { FLAG } from '../../seats/layout.ts';
import type { SeatLook } from '../../seats/marks.ts';
import { SeatSign, useInks } from '../../seats/seat-sign.tsx';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { Bar, classes, Fold, formatNumber, Select } from '../../ui/index.ts';
import { type Fill, type Filter, percentSold, STATE_FILTERS } from './counting.ts';

const { live: texts } = vendorSeatTexts;
/** More sections than this scroll in a box of their own. */
const MANY = 16;

export function Fills(props: {
  house: SeatHouse;
  fills: readonly Fill[];
  /** Null where there is no map to go to. */
  onGo: ((section: number) => void) | null;
}) {
  return (
    <section class="fills" aria-label={texts.sections}>
      <h3>{texts.sections}</h3>
      <ul class={classes('fill-list', props.fills.length > MANY && 'long')}>
        {props.house.geometry.sections.map((section, index) => {
          const fill = props.fills[index]!;
          const says = texts.fill(fill.free, fill.held, fill.sold, fill.kept);
          const { onGo } = props;
          return (
            <li key={section.key}>
              <div class="row">
                {onGo ? (
                  <button
                    type="button"
                    class="fill-name"
                    aria-label={texts.goTo(section.label)}
                    onClick={() => onGo(index)}
                  >
                    {section.label}
                  </button>
                ) : (
                  <b class="fill-name">{section.label}</b>
                )}
                <span class="num strong">{texts.percent(percentSold(fill))}</span>
              </div>
              <Bar total={fill.seats} sold={fill.sold} held={fill.held} label={`${section.label}: ${says}`} />
              <span class="tiny muted num" aria-hidden="true">
                {says}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function Filters(props: {
  filter: Filter;
  whole: Fill;
  tiers: readonly string[];
  onFilter: (filter: Filter) => void;
}) {
  const { filter, whole } = props;
  return (
    <div class="seat-filters">
      <fieldset class="spans state-filter">
        <legend class="sr">{texts.filter}</legend>
        {STATE_FILTERS.map((state) => (
          <label key={state}>
            <input
              type="radio"
              name="seat-state"
              checked={filter.state === state}
              onChange={() => props.onFilter({ ...filter, state })}
            />
            <span>
              {texts.states[state]}
              <b class="num">{formatNumber(state === 'all' ? whole.seats : whole[state])}</b>
            </span>
          </label>
        ))}
      </fieldset>
      {props.tiers.length > 1 ? (
        <Select
          label={texts.tier}
          value={String(filter.tier)}
          options={[
            ['-1', texts.anyTier],
            ...props.tiers.map((name, index) => [String(index), name] as const),
          ]}
          onValue={(value) => props.onFilter({ ...filter, tier: Number(value) })}
        />
      ) : null}
    </div>
  );
}

const SIGNS: readonly (readonly [text: string, look: SeatLook, flags: number])[] = [
  [texts.signs.free, 'free', 0],
  [texts.signs.held, 'held', 0],
  [texts.signs.sold, 'sold', 0],
  [texts.signs.kept, 'kept', 0],
  [texts.signs.picked, 'picked', 0],
  [texts.signs.accessible, 'free', FLAG.accessible],
  [texts.signs.restricted, 'free', FLAG.restricted],
];

export function Signs(props: { house: SeatHouse; sales: SalesView }) {
  const box = useRef<HTMLDivElement>(null);
  const inks = useInks(box);
  return (
    <div class="seat-legend seat-colours" ref={box}>
      <ul class="legend-tiers small">
        {tierNamesOf(props.house, props.sales).map((name, index) => (
          <li key={index}>
            <SeatSign inks={inks} look="free" tier={index} flags={0} />
            <b>{name}</b>
          </li>
        ))}
      </ul>
      <Fold summary={texts.legend}>
        <ul class="legend-signs small">
          {SIGNS.map(([text, look, flags]) => (
            <li key={text}>
              <SeatSign inks={inks} look={look} tier={0} flags={flags} />
              {text}
            </li>
          ))}
        </ul>
      </Fold>
    </div>
  );
}

/** The names of the tiers with seats, in the map's order of them. */
export const tierNamesOf = (house: SeatHouse, sales: SalesView): string[] =>
  house.tiers.map((id) => sales.tiers.find((tier) => tier.id === id)?.name ?? '');
