/** `GET /events/{id}/seats/{seatId}` (rule S34): one seat as its event's vendor sees it, with who sits there. */
import { ok, type Result, refuse, type SeatDetail, seatIdOf } from '../protocol/index.ts';
import { type Db, sqlFile } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { mapOf, seatNumbers } from './access.ts';
import { FLAG } from './gate-plan.ts';
import { refusable } from './refusable.ts';

const READ = sqlFile(import.meta.url, 'seat-detail.sql');

interface Row {
  section: string;
  row: string;
  label: string;
  flags: number;
  channel: number;
  channel_name: string | null;
  tier_id: string | null;
  tier_name: string | null;
  claimed: boolean;
  ticket_id: string | null;
  ticket_status: string | null;
  reference: string | null;
  holder_name: string | null;
  held_until: Date | null;
}

function stateOf(row: Row): SeatDetail['state'] {
  if (row.claimed) return row.ticket_id === null ? 'held' : 'sold';
  return row.channel === 0 ? 'free' : 'kept';
}

/** Refuses NOT_FOUND: not this account's event, or no seat of it. */
export const readSeat = (
  db: Db,
  editor: Account,
  eventId: string,
  seatId: string,
): Promise<Result<SeatDetail>> =>
  refusable(async () => {
    const mapId = await mapOf(db, editor, eventId);
    const [seat] = seatNumbers(mapId, [seatId], 'seatId') as [number];
    const row = await db.one<Row>(READ, [eventId, seat]);
    if (!row) return refuse('NOT_FOUND');
    return ok({
      seat: { id: seatIdOf(mapId, seat), section: row.section, row: row.row, label: row.label },
      state: stateOf(row),
      accessible: (row.flags & FLAG.accessible) !== 0,
      companion: (row.flags & FLAG.companion) !== 0,
      restricted: (row.flags & FLAG.restricted) !== 0,
      tier: row.tier_id === null ? null : { id: row.tier_id, name: row.tier_name as string },
      channel: row.channel === 0 ? null : { channel: row.channel, name: row.channel_name as string },
      ticket:
        row.ticket_id === null
          ? null
          : {
              id: row.ticket_id,
              status: row.ticket_status as string,
              orderReference: row.reference as string,
              holderName: row.holder_name as string,
            },
      heldUntil: row.held_until?.toISOString() ?? null,
    });
  });
