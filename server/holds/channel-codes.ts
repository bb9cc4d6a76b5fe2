/** Codes of channels: which channel one opens, and a bound on guessing them (rules S26, S36). */
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { RateLimiter } from '../transport/index.ts';

const CHANNEL = statement(
  'hold_channel',
  `select c.channel from ticketing.seat_channels c join ticketing.drops d on d.event_id = c.event_id
    where d.id = $1 and lower(c.code) = lower($2) and c.released_at is null`,
);
const WRONG_PER_MINUTE = 10;

/** The channel's number. Refuses NOT_FOUND, and RATE_LIMITED whoever guesses: right codes too, or guessing would go on. */
export type ChannelOf = (userId: string, dropId: string, code: string) => Promise<Result<number>>;

export function createChannelOf(deps: { ledger: Ledger; limiter: RateLimiter }): ChannelOf {
  return async (userId, dropId, code) => {
    const bucket = { key: `codes:${userId}`, capacity: WRONG_PER_MINUTE, fillMs: 60_000 };
    const taken = await deps.limiter.take(bucket);
    if (!taken.ok) return refuse('RATE_LIMITED', { retryAfterMs: taken.retryAfterMs });
    // Text that Postgres cannot store is no code either.
    const row = code.includes('\0')
      ? undefined
      : await deps.ledger.reads.one<{ channel: number }>(CHANNEL, [dropId, code]);
    if (!row) return refuse('NOT_FOUND', { field: 'channel' }, 'There is no such code here.');
    await deps.limiter.giveBack(bucket);
    return ok(row.channel);
  };
}
