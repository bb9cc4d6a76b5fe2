/**
 * House holds and channels (rules S26 to S30): whom a vendor keeps seats for. A channel's code, where it has one, is what a
 * buyer shows to be sold from it; seats are let go by hand, at a set time, or one by one.
 */
import type { Logger } from '../kernel/index.ts';
import { ok, RefusalError, type Result, type SeatChannel } from '../protocol/index.ts';
import { type Db, type Ledger, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { mapOf } from './access.ts';
import { listOf, oneOf } from './channel-view.ts';
import { keepSeats, letGo, letGoDue } from './let-go.ts';
import { ACCESSIBLE_CHANNEL } from './plan.ts';
import { refusable } from './refusable.ts';

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

export function createChannels(deps: ChannelsDeps): Channels {
  const { ledger } = deps;
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
    keep: (editor, eventId, channel, change) =>
      refusable(() => keepSeats(deps, editor, eventId, channel, change)),
    remove: (editor, eventId, channel) => refusable(() => letGo(deps, editor, eventId, channel)),
    releaseDue: () => letGoDue(deps),
  };
}
