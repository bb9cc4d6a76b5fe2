/** Seats as one reads them out: row by row, in the map's order. */
import type { SeatRef } from '../../server/protocol/seating.ts';

export interface RowOfSeats {
  section: string;
  row: string;
  labels: string[];
}

/** A seat's id ends with its number in the map, written at one length: ids of one map sort as its seats stand. */
export const bySeat = (a: Pick<SeatRef, 'id'>, b: Pick<SeatRef, 'id'>): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

export function rowsOf(seats: readonly SeatRef[]): RowOfSeats[] {
  const rows: RowOfSeats[] = [];
  for (const { section, row, label } of [...seats].sort(bySeat)) {
    const last = rows.at(-1);
    if (last?.section === section && last.row === row) last.labels.push(label);
    else rows.push({ section, row, labels: [label] });
  }
  return rows;
}
