/** What may be suggested to somebody (rule N29). Another slice decides what; here its reasons become sentences. */
import type { WhyView } from '../protocol/index.ts';
import { reasonInWords } from './words.ts';

export interface Suggestion {
  eventId: string;
  /** A sentence: why this one. */
  why: string;
}

/** For each of these fans at most `n`, best first. Fans for whom there is nothing may be missing. */
export type Suggest = (
  userIds: readonly string[],
  n: number,
) => Promise<ReadonlyMap<string, readonly Suggestion[]>>;

/** As server/recommendations picks them. */
export type Pick = (
  userIds: readonly string[],
  n: number,
) => Promise<ReadonlyMap<string, readonly { eventId: string; why: WhyView }[]>>;

export const withReasons =
  (pick: Pick): Suggest =>
  async (userIds, n) => {
    const picked = await pick(userIds, n);
    const said = [...picked].map(([userId, events]): [string, Suggestion[]] => [
      userId,
      events.map(({ eventId, why }) => ({ eventId, why: reasonInWords(why) })),
    ]);
    return new Map(said);
  };
