/** What may be suggested to somebody. Another slice decides what; until one is handed in, what sells is suggested to everybody alike. */
import type { Result } from '../protocol/index.ts';
import type { BrowseQuery } from '../search/index.ts';
import { WORDS } from './words.ts';

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

/** As server/search finds events. */
type Find = (query: BrowseQuery) => Promise<Result<{ ids: readonly string[] }>>;

/** The same popular events for everybody. */
export function popularFor(find: Find): Suggest {
  return async (userIds, n) => {
    const found = await find({ sort: 'popularity', limit: n });
    if (!found.ok) return new Map();
    const items = found.value.ids.map((eventId) => ({ eventId, why: WORDS.popular }));
    return new Map(userIds.map((id) => [id, items]));
  };
}
