/** Published events as a page of the list: found by the search, shown as the catalogue shows them. */
import { type EventView, ok, type Result } from '../protocol/index.ts';
import type { BrowseQuery, Search } from '../search/index.ts';
import type { Db } from '../stores/index.ts';
import { loadEvents } from './read.ts';

export interface EventPage {
  items: EventView[];
  nextCursor: string | null;
  /** What was searched for instead, where a word stands nowhere; else null. */
  readAs: string | null;
}

/** Refuses INVALID_REQUEST for a date or cursor that is none. */
export async function browseEvents(
  deps: { reads: Db; search: Search },
  query: BrowseQuery,
): Promise<Result<EventPage>> {
  const found = await deps.search.find(query);
  if (!found.ok) return found;
  const { ids, nextCursor, readAs } = found.value;
  return ok({ items: (await loadEvents(deps.reads, ids)).map((seen) => seen.view), nextCursor, readAs });
}
