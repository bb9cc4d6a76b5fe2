/** Who sits where at a new event: tiers are placed on sections and rows by pressing them on the map, or in the list. */
import { useId, useMemo, useRef, useState } from 'preact/hooks';
import type { VenueGeometry } from '../../../server/protocol/seating.ts';
import type { Look } from '../../seats/drawing.ts';
import { layoutOf, type SeatLayout } from '../../seats/layout.ts';
import { SeatMap } from '../../seats/seat-map.tsx';
import { SeatSign, useInks } from '../../seats/seat-sign.tsx';
import { newEventTexts } from '../../texts/new-event.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { classes } from '../../ui/index.ts';
import type { TierDraft } from '../draft.ts';
import type { PartProps } from '../new-parts.tsx';
import { PlacesList } from './places-list.tsx';
import { type Placement, placeRow, placeSection, placesOf, roomByTier, seatsByTier } from './placing.ts';
import { RulesFold } from './rules-fold.tsx';
import { SEAT_FIELDS, type SeatsDraft } from './seats-draft.ts';
import './seating.css';

const { plan: texts } = vendorSeatTexts;

export function PlacesPart(props: PartProps) {
  const { seats } = props.draft;
  if (!seats?.mapId) return null;
  return (
    <fieldset class="card form-part">
      <legend>{texts.places}</legend>
      {seats.geometry ? (
        <Places {...props} seats={seats} geometry={seats.geometry} />
      ) : (
        <p class="muted" role="status" aria-busy="true">
          {texts.loadingMap}
        </p>
      )}
      <RulesFold seats={seats} errors={props.errors} onSeats={(next) => props.change({ seats: next })} />
    </fieldset>
  );
}

const tierNames = (tiers: readonly TierDraft[]): string[] =>
  tiers.map((tier, index) => tier.name.trim() || newEventTexts.tierName(index + 1));

function Places(props: PartProps & { seats: SeatsDraft; geometry: VenueGeometry }) {
  const { draft, seats, geometry, errors } = props;
  const layout = layoutOf(geometry);
  const hint = useId();
  const [brush, setBrush] = useState<number | null>(draft.tiers[0]?.key ?? null);
  const [reach, setReach] = useState<'section' | 'row'>('section');
  const [said, setSaid] = useState('');
  // A tier may have been removed since.
  const tier = draft.tiers.some(({ key }) => key === brush) ? brush : null;
  const names = tierNames(draft.tiers);
  const nameOf = (key: number | null): string =>
    names[draft.tiers.findIndex((each) => each.key === key)] ?? texts.noTier;
  const put = (placement: Placement, place: string, by: number | null): void => {
    setSaid(texts.placed(nameOf(by), place));
    props.change({ seats: { ...seats, placement } });
  };
  const look = usePlacedLook(
    layout,
    seats.placement,
    draft.tiers.map(({ key }) => key),
  );
  const putRow = (row: number): void => put(placeRow(seats.placement, row, tier), rowName(layout, row), tier);
  const putSection = (section: number): void =>
    put(placeSection(layout, seats.placement, section, tier), geometry.sections[section]!.label, tier);
  const error = errors[SEAT_FIELDS.places];
  return (
    <>
      <p class="small muted">{texts.placesText}</p>
      <Brushes
        tiers={draft.tiers}
        names={names}
        seats={seatsByTier(layout, seats.placement)}
        room={roomByTier(geometry, seats.placement)}
        brush={tier}
        onBrush={setBrush}
      />
      {error ? (
        <p class="field-problem" role="alert">
          {error}
        </p>
      ) : null}
      <Reach reach={reach} onReach={setReach} />
      <div class="plan-map">
        <SeatMap
          geometry={geometry}
          look={look}
          label={texts.mapLabel(geometry.name)}
          describedBy={hint}
          {...(reach === 'section' ? { onArea: putSection } : {})}
          onSeat={(seat) => putRow(layout.row[seat]!)}
          sectionLines={(section) => [sizeOf(layout, seats.placement, section)]}
          standingLines={(area) => [nameOf(seats.placement.standing[area] ?? null)]}
        />
      </div>
      <p class="tiny muted" id={hint}>
        {texts.mapHint}
      </p>
      <PlacesList
        layout={layout}
        placement={seats.placement}
        tiers={draft.tiers}
        names={names}
        errors={errors}
        onPlace={put}
      />
      <p class="sr" role="status" aria-live="polite">
        {said}
      </p>
    </>
  );
}

const rowName = (layout: SeatLayout, row: number): string => {
  const { section, label } = layout.rows[row]!;
  return `${layout.geometry.sections[section]!.label}, ${texts.rowWord(label)}`;
};

function sizeOf(layout: SeatLayout, placement: Placement, section: number): string {
  const rows = layout.rows.filter((row, at) => row.section === section && placement.rows[at] !== null);
  const on = rows.reduce((sum, { count }) => sum + count, 0);
  const all = layout.geometry.sections[section]!.count;
  return on === 0 ? texts.noTier : on === all ? vendorSeatTexts.seats(all) : texts.onSale(on, all);
}

/** Another object whenever something else is placed: the whole map is then drawn anew. */
function usePlacedLook(layout: SeatLayout, placement: Placement, keys: readonly number[]): Look {
  const order = keys.join();
  return useMemo(() => {
    const places = placesOf(layout, placement, keys);
    return {
      stateOf: (seat) => (places[seat]! < 0 ? 'closed' : 'free'),
      tierOf: (seat) => places[seat]!,
    };
  }, [layout, placement, order]);
}

function Brushes(props: {
  tiers: readonly TierDraft[];
  names: readonly string[];
  seats: ReadonlyMap<number, number>;
  room: ReadonlyMap<number, number>;
  brush: number | null;
  onBrush: (tier: number | null) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const inks = useInks(box);
  const id = useId();
  const option = (key: number | null, index: number, name: string, size: string) => (
    <label class={classes('brush', props.brush === key && 'on')} for={`${id}-${index}`} key={index}>
      <input
        id={`${id}-${index}`}
        type="radio"
        name={SEAT_FIELDS.places}
        checked={props.brush === key}
        onChange={() => props.onBrush(key)}
      />
      <SeatSign inks={inks} look={key === null ? 'closed' : 'free'} tier={index} flags={0} />
      <span class="brush-text">
        <b>{name}</b>
        {size ? <span class="tiny muted num">{size}</span> : null}
      </span>
    </label>
  );
  return (
    <div class="brushes seat-colours" ref={box} role="radiogroup" aria-label={texts.what}>
      {props.tiers.map(({ key }, index) => {
        const room = props.room.get(key);
        const seats = props.seats.get(key) ?? 0;
        return option(
          key,
          index,
          props.names[index]!,
          seats === 0 && room !== undefined ? texts.room(room) : texts.size(seats),
        );
      })}
      {option(null, -1, texts.noTier, '')}
    </div>
  );
}

function Reach(props: { reach: 'section' | 'row'; onReach: (reach: 'section' | 'row') => void }) {
  return (
    <fieldset class="view-switch">
      <legend class="sr">{texts.what}</legend>
      {(['section', 'row'] as const).map((reach) => (
        <button
          type="button"
          key={reach}
          aria-pressed={props.reach === reach}
          onClick={() => props.onReach(reach)}
        >
          {reach === 'section' ? texts.whole : texts.rows}
        </button>
      ))}
    </fieldset>
  );
}
