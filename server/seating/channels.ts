/**
 * House holds and channels (rules S26 to S30): whom a vendor keeps seats for. A channel's code, where it has one, is what a
 * buyer shows to be sold from it; seats are let go by hand, at a set time, or one by one.
 */
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, RefusalError, type Result, refuse, type SeatChannel } from '../protocol/index.ts';
import { type Db, type Ledger, sqlFile, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { mapOf, namesOf, seatNumbers } from './access.ts';
import { ACCESSIBLE_CHANNEL } from './plan.ts';
import { refusable } from './refusable.ts';

const LIST = sqlFile(import.meta.url, 'channels.sql');
const LOCK_PLAN = statement(
  'channels_lock_plan',
  'select now() as now from ticketing.seat_plans where event_id = $1 for no key update',
);
const NEXT = statement(
  'channels_next',
  `select greatest(max(channel), $3)::int + 1 as channel,
          coalesce(bool_or(upper(code) = $2 and released_at is null), false) as code_taken
     from ticketing.seat_channels where event_id = $1`,
);
const INSERT = statement(
  'channels_insert',
  `insert into ticketing.seat_channels (event_id, channel, name, code, release_at) values ($1, $2, $3, $4, $5)`,
);
const KEEP = statement('channels_keep', 'select * from ticketing.keep_seats($1, $2, $3, $4, $5)');
const RELEASE = statement('channels_release', 'select * from ticketing.release_channel($1, $2, $3, $4)');
const DUE = statement(
  'channels_due',
  `select event_id, channel from ticketing.seat_channels
    where release_at <= now() and released_at is null order by release_at limit $1`,
);

/** Numbers the ledger can write, for channels. */
const CHANNEL_MAX = 250;

export interface NewChannel {
  name: string;
  code?: string | null;
  releaseAt?: string | null;
}

export interface ChannelsDeps {
  ledger: Ledger;
  log: Logger;
  /** Brings up to date whom the gate of a drop keeps seats for. */
  syncKept(dropId: string): Promise<void>;
  /** Publishes the drop's figures to every edge. */
  publish(dropId: string): Promise<void>;
}

export interface Channels {
  /** Refuses NOT_FOUND. */
  list(editor: Account, eventId: string): Promise<Result<SeatChannel[]>>;
  /** Refuses NOT_FOUND, INVALID_REQUEST with `details.field`, INVALID_STATE when there are too many. */
  create(editor: Account, eventId: string, channel: NewChannel): Promise<Result<SeatChannel>>;
  /** All or nothing. Refuses NOT_FOUND, SEATS_TAKEN with the seats that are held or sold, INVALID_REQUEST. */
  keep(
    editor: Account,
    eventId: string,
    channel: number,
    change: { add?: readonly string[]; remove?: readonly string[] },
  ): Promise<Result<SeatChannel>>;
  /** Lets all its seats go. Refuses NOT_FOUND, INVALID_STATE when that was done. */
  remove(editor: Account, eventId: string, channel: number): Promise<Result<SeatChannel>>;
  /** Lets go what is due: safe anywhere, any number of times at once. Resolves with the seats let go. */
  releaseDue(): Promise<{ channels: number; seats: number }>;
}

interface ChannelRow {
  channel: number;
  name: string;
  code: string | null;
  release_at: Date | null;
  released_at: Date | null;
  seats: number;
  free: number;
  numbers: number[];
}

/** Runs of neighbouring numbers: [first, how many]. */
function runsOf(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const seat of numbers) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === seat) last[1]++;
    else runs.push([seat, 1]);
  }
  return runs;
}

const viewOf = (row: ChannelRow): SeatChannel => ({
  channel: row.channel,
  name: row.name,
  code: row.code,
  releaseAt: row.release_at?.toISOString() ?? null,
  releasedAt: row.released_at?.toISOString() ?? null,
  seats: row.seats,
  free: row.free,
  runs: runsOf(row.numbers),
});

async function listOf(db: Db, eventId: string): Promise<SeatChannel[]> {
  return (await db.all<ChannelRow>(LIST, [eventId])).map(viewOf);
}

async function oneOf(db: Db, eventId: string, channel: number): Promise<Result<SeatChannel>> {
  const found = (await listOf(db, eventId)).find((each) => each.channel === channel);
  return found ? ok(found) : refuse('NOT_FOUND');
}

const wrong = (field: string, message: string): never => {
  throw new RefusalError('INVALID_REQUEST', { field }, message);
};

async function insert(tx: Db, eventId: string, given: NewChannel): Promise<number> {
  const row = await tx.one<{ now: Date }>(LOCK_PLAN, [eventId]);
  if (!row) throw new RefusalError('NOT_FOUND');
  // Codes are read out and typed in: capitals only, however they were written.
  const code = given.code?.toUpperCase() ?? null;
  const releaseAt = given.releaseAt ? new Date(given.releaseAt) : null;
  if (releaseAt && Number.isNaN(releaseAt.getTime())) wrong('releaseAt', 'This is not a date and time.');
  if (releaseAt && releaseAt <= row.now) wrong('releaseAt', 'Seats are let go in the future.');
  const next = await tx.one<{ channel: number; code_taken: boolean }>(NEXT, [
    eventId,
    code,
    ACCESSIBLE_CHANNEL,
  ]);
  const channel = next?.channel ?? CHANNEL_MAX + 1;
  if (next?.code_taken) wrong('code', 'Another channel of this event has this code.');
  if (channel > CHANNEL_MAX)
    throw new RefusalError('INVALID_STATE', { most: CHANNEL_MAX }, 'This event has too many channels.');
  await tx.all(INSERT, [eventId, channel, given.name.trim(), code, releaseAt]);
  return channel;
}

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

export function createChannels(deps: ChannelsDeps): Channels {
  const { ledger, log } = deps;

  /** The ledger has it: a gate that cannot be told now is found to differ by the audit, or reopened. */
  async function tell(dropId: string | null): Promise<void> {
    if (!dropId) return;
    try {
      await deps.syncKept(dropId);
      await deps.publish(dropId);
    } catch (err) {
      log.warn({ err: (err as Error).message, dropId }, 'kept seats not told to the gate yet');
    }
  }

  async function refuseKeep(
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

  return {
    list: (editor, eventId) =>
      refusable(async () => {
        await mapOf(ledger.reads, editor, eventId);
        return ok(await listOf(ledger.reads, eventId));
      }),

    create: (editor, eventId, given) =>
      refusable(async () => {
        await mapOf(ledger.reads, editor, eventId);
        const channel = await ledger.payments.transaction((tx) => insert(tx, eventId, given));
        return oneOf(ledger.payments, eventId, channel);
      }),

    keep: (editor, eventId, channel, { add = [], remove = [] }) =>
      refusable(async () => {
        const mapId = await mapOf(ledger.reads, editor, eventId);
        const kept = (await ledger.payments.one<Kept>(KEEP, [
          eventId,
          channel,
          seatNumbers(mapId, add, 'add'),
          seatNumbers(mapId, remove, 'remove'),
          editor.id,
        ])) as Kept;
        if (kept.outcome !== 'KEPT') return refuseKeep(eventId, mapId, kept);
        await tell(kept.drop_id);
        return oneOf(ledger.payments, eventId, channel);
      }),

    remove: (editor, eventId, channel) =>
      refusable(async () => {
        await mapOf(ledger.reads, editor, eventId);
        const done = await ledger.payments.one<Released>(RELEASE, [eventId, channel, editor.id, false]);
        if (done?.outcome === 'NOT_FOUND') return refuse('NOT_FOUND');
        if (done?.outcome === 'DONE')
          return refuse('INVALID_STATE', undefined, 'Its seats were let go already.');
        await tell(done?.drop_id ?? null);
        return oneOf(ledger.payments, eventId, channel);
      }),

    async releaseDue() {
      const due = await ledger.payments.all<{ event_id: string; channel: number }>(DUE, [
        LIMITS.releaseChannelsMax,
      ]);
      const freed: number[] = [];
      const failed: unknown[] = [];
      for (const { event_id, channel } of due)
        try {
          const done = await ledger.payments.one<Released>(RELEASE, [event_id, channel, null, true]);
          if (done?.outcome !== 'RELEASED') continue;
          freed.push(done.freed);
          await tell(done.drop_id);
        } catch (err) {
          // One channel that cannot be let go keeps no other waiting; it is what this round reports.
          failed.push(err);
        }
      if (failed.length > 0) throw failed[0];
      return { channels: freed.length, seats: freed.reduce((sum, n) => sum + n, 0) };
    },
  };
}
