/** Who may plan, keep and move the seats of an event (rule S24): its vendor and operators. To others it does not exist. */
import { RefusalError, type SeatRef, seatIdOf, seatOfId } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';

const PLANNED = statement(
  'seating_planned_event',
  `select p.map_id from ticketing.seat_plans p join events.events e on e.id = p.event_id
    where p.event_id = $1 and ($3 = 'operator' or e.vendor_id = $2)`,
);
const NAMES = statement(
  'seating_seat_names',
  'select seat, section, row_label as row, label from ticketing.seats where event_id = $1 and seat = any ($2) order by seat',
);

/** The map an event's seats are on. @throws RefusalError NOT_FOUND: it has no seats, or is not this account's */
export async function mapOf(db: Db, editor: Account, eventId: string): Promise<string> {
  const row = await db.one<{ map_id: string }>(PLANNED, [eventId, editor.id, editor.role]);
  if (!row) throw new RefusalError('NOT_FOUND');
  return row.map_id;
}

/** Numbers of seats named from outside. @throws RefusalError NOT_FOUND with `details.field`: another map's, or none at all */
export function seatNumbers(mapId: string, seatIds: readonly string[], field: string): number[] {
  return seatIds.map((id) => {
    const seat = seatOfId(id)?.seat;
    if (seat === undefined || seatIdOf(mapId, seat) !== id.toLowerCase())
      throw new RefusalError('NOT_FOUND', { field, seatId: id });
    return seat;
  });
}

/** What seats are called, for whoever is told that they are not to be had. */
export async function namesOf(
  db: Db,
  eventId: string,
  mapId: string,
  seats: readonly number[],
): Promise<SeatRef[]> {
  const rows = await db.all<Omit<SeatRef, 'id'> & { seat: number }>(NAMES, [eventId, seats]);
  return rows.map(({ seat, section, row, label }) => ({ id: seatIdOf(mapId, seat), section, row, label }));
}
