/**
 * Every seat as a button, by section and row, with a box for the whole of each while seats are selected: the map for whoever
 * uses no pointer or no screen. Only open sections have their rows; within one, arrow keys go from seat to seat.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { SeatHouse } from '../../seats/house.ts';
import type { SeatLook } from '../../seats/marks.ts';
import { nameOf, refOf } from '../../seats/names.ts';
import { neighbour } from '../../seats/seat-list.tsx';
import { seatTexts } from '../../texts/seats.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { classes } from '../../ui/index.ts';
import { coverage, type Selection, STATE, seatsOfRow, seatsOfSection } from './selecting.ts';

const { list: texts } = vendorSeatTexts.live;
/** Here arrow keys stop at seats that are not on sale, too: whoever plans wants to see them. */
const EVERY = (): boolean => true;

export interface SeatTableProps {
  house: SeatHouse;
  lookOf: (seat: number) => SeatLook;
  /** Tier and channel, in words. */
  wordsOf: (seat: number) => string;
  mayPress: (seat: number) => boolean;
  onSeat: (seat: number) => void;
  onFocus: (seat: number | null) => void;
  /** While seats are selected; null: there are no boxes. */
  selecting: { selection: Selection; mayBe: (seat: number) => boolean } | null;
  onWhole: (seats: readonly number[]) => void;
}

export function SeatTable(props: SeatTableProps) {
  const [open, setOpen] = useState<number | null>(null);
  return (
    <section class="seat-table" aria-label={vendorSeatTexts.live.views.list}>
      <p class="tiny muted">{texts.help}</p>
      {props.house.geometry.sections.map((section, index) => (
        <div class="table-section" key={section.key}>
          <div class="table-head">
            <Whole {...props} seats={seatsOfSection(props.house.layout, index)} what={section.label} />
            <button
              type="button"
              class="table-toggle"
              aria-expanded={open === index}
              onClick={() => setOpen(open === index ? null : index)}
            >
              <span>{section.label}</span>
              <span class="small muted num">{freeOf(props.house, section.first, section.count)}</span>
            </button>
          </div>
          {open === index ? <Rows {...props} section={index} /> : null}
        </div>
      ))}
    </section>
  );
}

function freeOf(house: SeatHouse, first: number, count: number): string {
  let [free, seats] = [0, 0];
  for (let seat = first; seat < first + count; seat += 1) {
    if (house.tierOf[seat]! < 0) continue;
    seats += 1;
    if (house.states()[seat] === STATE.free) free += 1;
  }
  return texts.free(free, seats);
}

/** A box for many seats at once: half full where some of them are selected. */
function Whole(props: SeatTableProps & { seats: readonly number[]; what: string }) {
  const box = useRef<HTMLInputElement>(null);
  const { selecting, seats } = props;
  const how = selecting ? coverage(selecting.selection, seats, selecting.mayBe) : 'none';
  useEffect(() => {
    if (box.current) box.current.indeterminate = how === 'some';
  });
  if (!selecting) return null;
  return (
    <label class="whole">
      <input
        ref={box}
        type="checkbox"
        aria-label={texts.whole(props.what)}
        disabled={!seats.some(selecting.mayBe)}
        checked={how === 'all'}
        onChange={() => props.onWhole(seats)}
      />
    </label>
  );
}

function Rows(props: SeatTableProps & { section: number }) {
  const { layout, geometry } = props.house;
  const { first, count } = geometry.sections[props.section]!;
  const [current, setCurrent] = useState(first);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => () => props.onFocus(null), []);
  const goTo = (seat: number): void => {
    setCurrent(seat);
    box.current?.querySelector<HTMLElement>(`[data-seat="${seat}"]`)?.focus();
  };
  return (
    <div class="table-rows" ref={box}>
      {layout.rows.map((row, index) =>
        row.section === props.section ? (
          <div class="table-row" key={index}>
            <div class="table-row-head">
              <Whole
                {...props}
                seats={seatsOfRow(layout, index)}
                what={`${geometry.sections[props.section]!.label}, ${vendorSeatTexts.plan.rowWord(row.label)}`}
              />
              <span class="strong">{texts.row(row.label)}</span>
              <span class="tiny muted num">{freeOf(props.house, row.first, row.count)}</span>
            </div>
            {/* biome-ignore lint/a11y/useSemanticElements: a fieldset a row would say "group" a thousand times */}
            <div class="seat-row table-seats" role="group" aria-label={texts.row(row.label)}>
              {row.labels.map((label, at) => (
                <SeatButton
                  {...props}
                  key={row.first + at}
                  seat={row.first + at}
                  label={label}
                  gap={row.aisles.has(at)}
                  stop={row.first + at === current}
                  onCurrent={setCurrent}
                  onKey={(key) => {
                    const to = neighbour(layout, row.first + at, key, { first, count }, EVERY);
                    if (to !== null) goTo(to);
                    return to !== null;
                  }}
                />
              ))}
            </div>
          </div>
        ) : null,
      )}
    </div>
  );
}

function SeatButton(
  props: SeatTableProps & {
    seat: number;
    label: string;
    gap: boolean;
    stop: boolean;
    onCurrent: (seat: number) => void;
    onKey: (key: string) => boolean;
  },
) {
  const { seat, house } = props;
  const look = props.lookOf(seat);
  const may = props.mayPress(seat);
  return (
    <button
      type="button"
      class={classes(
        'seat-button',
        `is-${look}`,
        props.gap && 'aisle',
        (house.layout.flags[seat]! & 1) > 0 && 'square',
      )}
      data-seat={seat}
      tabIndex={props.stop ? 0 : -1}
      aria-pressed={look === 'picked'}
      aria-disabled={!may || undefined}
      aria-label={texts.seat(
        nameOf(refOf(house.layout, seat)),
        props.wordsOf(seat),
        look === 'picked' ? texts.selected : seatTexts.states[look],
      )}
      onFocus={() => {
        props.onCurrent(seat);
        props.onFocus(seat);
      }}
      onKeyDown={(event) => {
        if (props.onKey(event.key)) event.preventDefault();
      }}
      onClick={() => may && props.onSeat(seat)}
    >
      {props.label}
    </button>
  );
}
