/** Seats in words: "Stalls left, row C, seats 12 to 14". */
import { seatIdOf, seatIdPrefix, seatOfId } from '../../server/protocol/seat-ids.ts';
import type { SeatRef } from '../../server/protocol/seating.ts';
import { seatNames } from '../texts/seat-names.ts';
import { seatTexts as texts } from '../texts/seats.ts';
import { rowsOf } from '../ui/seat-groups.ts';
import type { SeatLayout } from './layout.ts';

export function refOf(layout: SeatLayout, seat: number): SeatRef {
  const row = layout.rows[layout.row[seat]!]!;
  return {
    id: seatIdOf(layout.geometry.id, seat),
    section: layout.geometry.sections[row.section]!.label,
    row: row.label,
    label: row.labels[seat - row.first]!,
  };
}

/** The seat's number, if it is one of this map. */
export function seatOf(layout: SeatLayout, seatId: string): number | null {
  const found = seatOfId(seatId);
  if (found === null || found.prefix !== seatIdPrefix(layout.geometry.id)) return null;
  return found.seat < layout.count ? found.seat : null;
}

export const seatsOf = (layout: SeatLayout, refs: readonly { id: string }[]): number[] =>
  refs.map(({ id }) => seatOf(layout, id)).filter((seat) => seat !== null);

/** One seat, whole: for a button that is read out. */
export const nameOf = seatNames.full;

/** One line a row, in the map's order; neighbours by number as from–to. */
export function linesOf(refs: readonly SeatRef[]): string[] {
  return rowsOf(refs).map(({ section, row, labels }) =>
    texts.inRow(section, row, runsOf(labels), labels.length),
  );
}

export const inWords = (refs: readonly SeatRef[]): string => linesOf(refs).join('; ');

const isNumber = (label: string): boolean => /^\d+$/.test(label);

/** "4", "6 to 8", "10 and 11": three or more that follow each other are named by their ends, in either direction. */
function runsOf(labels: readonly string[]): string {
  const parts: string[] = [];
  let at = 0;
  while (at < labels.length) {
    let end = at;
    const step = isNumber(labels[at]!) && isNumber(labels[at + 1] ?? '') ? stepOf(labels, at) : 0;
    if (Math.abs(step) === 1) while (end + 1 < labels.length && stepOf(labels, end) === step) end += 1;
    if (end - at >= 2) {
      parts.push(texts.run(labels[at]!, labels[end]!));
      at = end + 1;
    } else {
      parts.push(labels[at]!);
      at += 1;
    }
  }
  return texts.and(parts);
}

const stepOf = (labels: readonly string[], at: number): number =>
  isNumber(labels[at + 1] ?? '') ? Number(labels[at + 1]) - Number(labels[at]) : 0;
