/**
 * Every seat as a button, by section and row: the map for whoever uses no pointer or no screen. Only the open section's
 * rows are there. One stop of Tab a section; within it arrow keys go along the row and to the rows before and behind.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { seatTexts as texts } from '../texts/seats.ts';
import { classes } from '../ui/index.ts';
import { nextOpen } from './choosing.ts';
import type { SeatLayout } from './layout.ts';
import { FLAG } from './layout.ts';
import type { SeatLook } from './marks.ts';
import { nameOf, refOf } from './names.ts';

export interface SeatListProps {
  layout: SeatLayout;
  lookOf: (seat: number) => SeatLook;
  priceOf: (seat: number) => string;
  /** Price of a section, as the map says it. */
  sectionPrice: (section: number) => string;
  isOpen: (seat: number) => boolean;
  freeIn: (section: number) => number;
  onSeat: (seat: number) => void;
  /** The seat the focus is on, for a ring on the map. */
  onFocus?: (seat: number | null) => void;
}

export function SeatList(props: SeatListProps) {
  const [open, setOpen] = useState<number | null>(null);
  return (
    <section class="seat-list" aria-label={texts.list.sections}>
      <p class="tiny muted">{texts.list.help}</p>
      {props.layout.geometry.sections.map((section, index) => (
        <div class="list-section" key={section.key}>
          <button
            type="button"
            class="list-section-head"
            aria-expanded={open === index}
            onClick={() => setOpen(open === index ? null : index)}
          >
            {texts.list.section(section.label, props.freeIn(index), props.sectionPrice(index))}
          </button>
          {open === index ? <Section {...props} section={index} /> : null}
        </div>
      ))}
    </section>
  );
}

function Section(props: SeatListProps & { section: number }) {
  const { layout, isOpen } = props;
  const { first, count } = layout.geometry.sections[props.section]!;
  const [current, setCurrent] = useState<number | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const entry = current ?? nextOpen(first, count, null, isOpen) ?? first;
  const rows = layout.rows
    .map((row, index) => ({ row, index }))
    .filter(({ row }) => row.section === props.section);

  useEffect(() => () => props.onFocus?.(null), []);
  const goTo = (seat: number): void => {
    setCurrent(seat);
    box.current?.querySelector<HTMLElement>(`[data-seat="${seat}"]`)?.focus();
  };
  const next = nextOpen(first, count, current, isOpen);
  // What is sold will not come back while one looks: a dot. Never the seat the focus is on.
  const isThere = (seat: number): boolean => {
    const look = props.lookOf(seat);
    return seat === current || (look !== 'sold' && look !== 'closed');
  };
  return (
    <div class="seat-rows" ref={box}>
      {next === null ? (
        <p class="small muted">{texts.list.none}</p>
      ) : (
        <button type="button" class="button quiet small-button" onClick={() => goTo(next)}>
          {texts.list.next}
        </button>
      )}
      {rows.map(({ row, index }) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset a row would say "group" a thousand times
        <div class="seat-row" role="group" aria-label={texts.list.row(row.label)} key={index}>
          <span class="seat-row-name" aria-hidden="true">
            {row.label}
          </span>
          {row.labels.map((label, at) =>
            isThere(row.first + at) ? (
              <SeatButton
                {...props}
                key={row.first + at}
                seat={row.first + at}
                label={label}
                gap={row.aisles.has(at)}
                stop={row.first + at === entry}
                onCurrent={setCurrent}
                onMove={(key) => {
                  const to = neighbour(layout, row.first + at, key, { first, count }, isThere);
                  if (to !== null) goTo(to);
                  return to !== null;
                }}
              />
            ) : (
              <i class={row.aisles.has(at) ? 'seat-gone aisle' : 'seat-gone'} key={row.first + at} />
            ),
          )}
        </div>
      ))}
    </div>
  );
}

function SeatButton(
  props: SeatListProps & {
    seat: number;
    label: string;
    gap: boolean;
    stop: boolean;
    onCurrent: (seat: number) => void;
    onMove: (key: string) => boolean;
  },
) {
  const { seat, layout } = props;
  const look = props.lookOf(seat);
  const flags = layout.flags[seat]!;
  const may = look === 'picked' || props.isOpen(seat);
  return (
    <button
      type="button"
      class={classes(
        'seat-button',
        `is-${look}`,
        props.gap && 'aisle',
        (flags & FLAG.accessible) > 0 && 'square',
      )}
      data-seat={seat}
      tabIndex={props.stop ? 0 : -1}
      aria-pressed={look === 'picked'}
      aria-disabled={!may || undefined}
      aria-label={texts.list.seat(
        nameOf(refOf(layout, seat)),
        props.priceOf(seat),
        texts.states[look],
        flagWords(flags),
      )}
      onFocus={() => {
        props.onCurrent(seat);
        props.onFocus?.(seat);
      }}
      onKeyDown={(event) => {
        if (props.onMove(event.key)) event.preventDefault();
      }}
      onClick={() => may && props.onSeat(seat)}
    >
      {props.label}
    </button>
  );
}

const flagWords = (flags: number): string[] => [
  ...(flags & FLAG.accessible ? [texts.flags.accessible] : []),
  ...(flags & FLAG.companion ? [texts.flags.companion] : []),
  ...(flags & FLAG.restricted ? [texts.flags.restricted] : []),
];

/**
 * Where a key leads from a seat within its section: along the row, or to the nearest seat of the next row that has any;
 * `isThere` says which seats can be gone to.
 */
export function neighbour(
  layout: SeatLayout,
  seat: number,
  key: string,
  section: { first: number; count: number },
  isThere: (seat: number) => boolean,
): number | null {
  const index = layout.row[seat]!;
  const row = layout.rows[index]!;
  const last = row.first + row.count - 1;
  switch (key) {
    case 'ArrowLeft':
      return along(seat - 1, row.first, -1, isThere);
    case 'ArrowRight':
      return along(seat + 1, last, 1, isThere);
    case 'Home':
      return along(row.first, last, 1, isThere);
    case 'End':
      return along(last, row.first, -1, isThere);
    case 'ArrowUp':
    case 'ArrowDown': {
      const step = key === 'ArrowUp' ? -1 : 1;
      for (let other = layout.rows[index + step], at = index + step; other; ) {
        if (other.first < section.first || other.first >= section.first + section.count) return null;
        const found = nearestIn(layout, other, seat, isThere);
        if (found !== null) return found;
        at += step;
        other = layout.rows[at];
      }
      return null;
    }
    default:
      return null;
  }
}

function along(from: number, to: number, step: 1 | -1, isThere: (seat: number) => boolean): number | null {
  for (let seat = from; step > 0 ? seat <= to : seat >= to; seat += step) if (isThere(seat)) return seat;
  return null;
}

function nearestIn(
  layout: SeatLayout,
  row: { first: number; count: number },
  to: number,
  isThere: (seat: number) => boolean,
): number | null {
  let best: number | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let seat = row.first; seat < row.first + row.count; seat += 1) {
    const distance = Math.hypot(layout.x[seat]! - layout.x[to]!, layout.y[seat]! - layout.y[to]!);
    if (distance < bestDistance && isThere(seat)) {
      best = seat;
      bestDistance = distance;
    }
  }
  return best;
}
