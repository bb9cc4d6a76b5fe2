/** The code a hold is asked for with: which channel of seats it opens, which presale, or both (rules S26, S36, C30). */

import type { Guessing, Presale, PresaleWish } from '../pricing/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';

const CHANNEL = statement(
  'hold_channel',
  `select c.channel from ticketing.seat_channels c join ticketing.drops d on d.event_id = c.event_id
    where d.id = $1 and lower(c.code) = lower($2) and c.released_at is null`,
);

export interface CodedWish extends PresaleWish {
  channel?: string;
}

/**
 * The number of the seats' channel; 0: none. Refuses CODE_REQUIRED, CODE_NOT_VALID and CODE_USED_UP where something asked
 * for is in presale, else NOT_FOUND for a code that is none; RATE_LIMITED whoever guesses.
 */
export type ChannelOf = (userId: string, wish: CodedWish) => Result<number> | Promise<Result<number>>;

const NONE = ok(0);

export function createChannelOf(deps: { ledger: Ledger; presale: Presale; guessing: Guessing }): ChannelOf {
  const { ledger, presale, guessing } = deps;

  async function channelNamed(dropId: string, code: string): Promise<number | undefined> {
    // Text that Postgres cannot store is no code either.
    if (code.includes('\0')) return undefined;
    return (await ledger.reads.one<{ channel: number }>(CHANNEL, [dropId, code]))?.channel;
  }

  function judge(
    userId: string,
    wish: CodedWish,
    closed: readonly string[],
  ): Result<number> | Promise<Result<number>> {
    const { channel: code, dropId } = wish;
    if (closed.length === 0 && !code) return NONE;
    if (!code) return refuse('CODE_REQUIRED', { tierIds: closed });
    return guessing(userId, async () => {
      if (closed.length > 0) {
        const opened = await presale.open(userId, wish, closed, code);
        if (!opened.ok) return opened;
      }
      const channel = await channelNamed(dropId, code);
      if (channel !== undefined) return ok(channel);
      // It has opened a presale already: that it is no channel of seats besides is no mistake.
      return closed.length > 0
        ? NONE
        : refuse('NOT_FOUND', { field: 'channel' }, 'There is no such code here.');
    });
  }

  return (userId, wish) => {
    const closed = presale.closedOf(wish);
    return closed instanceof Promise
      ? closed.then((tiers) => judge(userId, wish, tiers))
      : judge(userId, wish, closed);
  };
}
