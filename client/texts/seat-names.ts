/** How seats are called, wherever a person reads them. */
import type { SeatRef } from '../../server/protocol/seating.ts';

export const seatNames = {
  section: 'Section',
  row: 'Row',
  seat: 'Seat',
  /** Where they are, of seats in one row: "Stalls, row C". */
  place: (section: string, row: string) => `${section}, row ${row}`,
  /** The seats in it: "seats 12, 13". */
  labels: (labels: readonly string[]) => `${labels.length === 1 ? 'seat' : 'seats'} ${labels.join(', ')}`,
  /** All of it in one line: "Stalls, row C, seat 12". */
  full: (seat: SeatRef) => `${seat.section}, row ${seat.row}, seat ${seat.label}`,
} as const;
