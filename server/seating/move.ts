/**
 * `POST /tickets/{id}/move` (rules S31 to S33): a vendor, or an operator, moves a sold ticket to a free seat of its tier. One
 * transaction in the ledger decides; the gate and the fan's pages are told afterwards, and by a row each should this
 * process end before.
 */
import type { Logger } from '../kernel/index.ts';
import { type Result, refuse, type SeatDetail, seatIdOf } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { mapOf, namesOf, seatNumbers } from './access.ts';
import { refusable } from './refusable.ts';
import { readSeat } from './seat-detail.ts';

const EVENT = statement('move_event', 'select event_id from ticketing.tickets where id = $1');
const MOVE = statement('move_ticket', 'select * from ticketing.move_ticket($1, $2, $3, $4, $5)');

export interface MoveDeps {
  ledger: Ledger;
  log: Logger;
  /** Tells the gate of one drop what the ledger freed or sold. */
  settle(dropId: string): Promise<unknown>;
  /** Publishes the drop's figures to every edge. */
  publish(dropId: string): Promise<void>;
}

interface Moved {
  outcome: 'MOVED' | 'SAME' | 'TAKEN' | 'WRONG_TIER' | 'NO_SEAT' | 'NO_SEATS' | 'NOT_LIVE' | 'NOT_FOUND';
  event_id: string;
  drop_id: string | null;
}

export interface Move {
  ticketId: string;
  seatId: string;
  reason?: string;
}

async function tell({ settle, publish, log }: MoveDeps, dropId: string): Promise<void> {
  try {
    await settle(dropId);
    await publish(dropId);
  } catch (err) {
    // The credit's row stays, and the worker's next round finds it.
    log.warn({ err: (err as Error).message, dropId }, 'moved ticket not told to the gate yet');
  }
}

/**
 * Resolves with the seat the ticket has now. Refuses NOT_FOUND (also somebody else's event, or a seat of another map),
 * SEATS_TAKEN, INVALID_REQUEST for a seat of another tier, INVALID_STATE for a ticket that was used or ended.
 */
export const moveTicket = (
  deps: MoveDeps,
  actor: Account,
  { ticketId, seatId, reason }: Move,
): Promise<Result<SeatDetail>> =>
  refusable(async () => {
    const { ledger } = deps;
    const found = await ledger.reads.one<{ event_id: string }>(EVENT, [ticketId]);
    if (!found) return refuse('NOT_FOUND');
    const eventId = found.event_id;
    const mapId = await mapOf(ledger.reads, actor, eventId);
    const [seat] = seatNumbers(mapId, [seatId], 'seatId') as [number];
    const { outcome, drop_id } = (await ledger.payments.one<Moved>(MOVE, [
      ticketId,
      seat,
      actor.id,
      actor.role === 'operator',
      reason?.trim() || null,
    ])) as Moved;
    switch (outcome) {
      case 'MOVED':
      case 'SAME':
        break;
      case 'TAKEN':
        return refuse('SEATS_TAKEN', {
          seats: await namesOf(ledger.reads, eventId, mapId, [seat]),
          offer: null,
        });
      case 'WRONG_TIER':
        return refuse('INVALID_REQUEST', { field: 'seatId' }, 'A ticket is moved within its tier.');
      case 'NO_SEATS':
        return refuse('INVALID_STATE', undefined, 'This ticket has no seat: its tier is general admission.');
      case 'NOT_LIVE':
        return refuse('INVALID_STATE', undefined, 'This ticket was used, refunded or canceled.');
      default:
        return refuse('NOT_FOUND', outcome === 'NO_SEAT' ? { field: 'seatId' } : undefined);
    }
    if (outcome === 'MOVED' && drop_id) await tell(deps, drop_id);
    return readSeat(ledger.payments, actor, eventId, seatIdOf(mapId, seat));
  });
