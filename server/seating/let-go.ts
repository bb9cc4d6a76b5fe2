/**
 * Seats that are kept for a channel, taken out of it, or let go with it (rules S27 to S30). The ledger's functions decide;
 * afterwards the gate is told whom it keeps seats for.
 */
import { LIMITS } from '../limits.ts';
import { type Result, refuse, type SeatChannel } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { mapOf, namesOf, seatNumbers } from './access.ts';
import { oneOf } from './channel-view.ts';
import type { ChannelsDeps } from './channels.ts';

const KEEP = statement('channels_keep', 'select * from ticketing.keep_seats($1, $2, $3, $4, $5)');
const RELEASE = statement('channels_release', 'select * from ticketing.release_channel($1, $2, $3, $4)');
const DUE = statement(
  'channels_due',
  `select event_id, channel from ticketing.seat_channels
    where release_at <= now() and released_at is null order by release_at limit $1`,
);

interface Kept {
  outcome: 'KEPT' | 'NOT_FOUND' | 'NO_CHANNEL' | 'UNKNOWN' | 'NOT_KEPT' | 'NOT_ACCESSIBLE' | 'TAKEN';
  seats: number[] | null;
  drop_id: string | null;
}

interface Released {
  outcome: 'RELEASED' | 'DONE' | 'NOT_DUE' | 'NOT_FOUND';
  freed: number;
  drop_id: string | null;
}

/** The ledger has it: a gate that cannot be told now is found to differ by the audit, or reopened. */
async function tell(deps: ChannelsDeps, dropId: string | null): Promise<void> {
  if (!dropId) return;
  try {
    await deps.syncKept(dropId);
    await deps.publish(dropId);
  } catch (err) {
    deps.log.warn({ err: (err as Error).message, dropId }, 'kept seats not told to the gate yet');
  }
}

async function refuseKeep(
  { ledger }: ChannelsDeps,
  eventId: string,
  mapId: string,
  { outcome, seats }: Kept,
): Promise<Result<never>> {
  const named = await namesOf(ledger.reads, eventId, mapId, seats ?? []);
  switch (outcome) {
    case 'TAKEN':
      return refuse(
        'SEATS_TAKEN',
        { seats: named },
        'Some of these seats are held or sold. Nothing was changed.',
      );
    case 'NOT_KEPT':
      return refuse(
        'INVALID_REQUEST',
        { field: 'remove', seats: named },
        'These seats are not kept for this channel.',
      );
    case 'NOT_ACCESSIBLE':
      return refuse(
        'INVALID_REQUEST',
        { field: 'add', seats: named },
        'These seats are not accessible ones.',
      );
    default:
      return refuse('NOT_FOUND', seats ? { field: 'seats', seats: named } : undefined);
  }
}

/** Seats by their ids, all or nothing. @throws RefusalError NOT_FOUND */
export async function keepSeats(
  deps: ChannelsDeps,
  editor: Account,
  eventId: string,
  channel: number,
  { add = [], remove = [] }: { add?: readonly string[]; remove?: readonly string[] },
): Promise<Result<SeatChannel>> {
  const { ledger } = deps;
  const mapId = await mapOf(ledger.reads, editor, eventId);
  const kept = (await ledger.payments.one<Kept>(KEEP, [
    eventId,
    channel,
    seatNumbers(mapId, add, 'add'),
    seatNumbers(mapId, remove, 'remove'),
    editor.id,
  ])) as Kept;
  if (kept.outcome !== 'KEPT') return refuseKeep(deps, eventId, mapId, kept);
  await tell(deps, kept.drop_id);
  return oneOf(ledger.payments, eventId, channel);
}

/** All of a channel's seats, for good. @throws RefusalError NOT_FOUND */
export async function letGo(
  deps: ChannelsDeps,
  editor: Account,
  eventId: string,
  channel: number,
): Promise<Result<SeatChannel>> {
  const { ledger } = deps;
  await mapOf(ledger.reads, editor, eventId);
  const done = await ledger.payments.one<Released>(RELEASE, [eventId, channel, editor.id, false]);
  if (done?.outcome === 'NOT_FOUND') return refuse('NOT_FOUND');
  if (done?.outcome === 'DONE') return refuse('INVALID_STATE', undefined, 'Its seats were let go already.');
  await tell(deps, done?.drop_id ?? null);
  return oneOf(ledger.payments, eventId, channel);
}

/** What is due, one channel after the other: two workers at once find each other's done. */
export async function letGoDue(deps: ChannelsDeps): Promise<{ channels: number; seats: number }> {
  const { payments } = deps.ledger;
  const due = await payments.all<{ event_id: string; channel: number }>(DUE, [LIMITS.releaseChannelsMax]);
  const freed: number[] = [];
  const failed: unknown[] = [];
  for (const { event_id, channel } of due)
    try {
      const done = await payments.one<Released>(RELEASE, [event_id, channel, null, true]);
      if (done?.outcome !== 'RELEASED') continue;
      freed.push(done.freed);
      await tell(deps, done.drop_id);
    } catch (err) {
      // One channel that cannot be let go keeps no other waiting; it is what this round reports.
      failed.push(err);
    }
  if (failed.length > 0) throw failed[0];
  return { channels: freed.length, seats: freed.reduce((sum, n) => sum + n, 0) };
}
