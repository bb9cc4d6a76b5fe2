/** A seat as one looks for it in a hall, and seats of a line of an order. Words come in, as in every shared piece. */
import type { SeatRef } from '../../server/protocol/seating.ts';
import { rowsOf } from './seat-groups.ts';
import './seat.css';

/** Section, row and seat as three figures, to be read at arm's length. */
export function SeatFigures(props: {
  seat: SeatRef;
  words: { readonly section: string; readonly row: string; readonly seat: string };
}) {
  const { seat, words } = props;
  return (
    <dl class="seat-figures">
      <div class="seat-section">
        <dt>{words.section}</dt>
        <dd>{seat.section}</dd>
      </div>
      <div>
        <dt>{words.row}</dt>
        <dd class="num">{seat.row}</dd>
      </div>
      <div>
        <dt>{words.seat}</dt>
        <dd class="num">{seat.label}</dd>
      </div>
    </dl>
  );
}

/** One line a row: where, and which seats. Nothing where there are no seats. */
export function SeatLines(props: {
  seats: readonly SeatRef[] | undefined;
  words: { place(section: string, row: string): string; labels(labels: readonly string[]): string };
}) {
  if (!props.seats || props.seats.length === 0) return null;
  return (
    <span class="seat-lines">
      {rowsOf(props.seats).map(({ section, row, labels }) => (
        <span key={`${section}/${row}/${labels[0]}`}>
          {props.words.place(section, row)}: <b>{props.words.labels(labels)}</b>
        </span>
      ))}
    </span>
  );
}
