/** Finding events: words with slips forgiven, filters, orders, facets. RULES.md says what holds here. */
import { LIMITS } from '../limits.ts';
import type { FacetView, Result } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Chore } from '../transport/index.ts';
import { countFacets } from './facets.ts';
import { type FoundPage, findEvents } from './find.ts';
import type { BrowseQuery, FacetQuery } from './query.ts';

export { BrowseQuery } from './query.ts';
export { searchRoutes } from './routes.ts';
export type { FacetQuery, FoundPage };

const REFRESH = statement('search_refresh_popularity', 'select events.refresh_popularity() as moved');

export interface Search {
  find(query: BrowseQuery): Promise<Result<FoundPage>>;
  facets(query: FacetQuery): Promise<Result<FacetView>>;
  /** Counts what was sold since into the events' popularity; returns how many events moved. */
  refreshPopularity(): Promise<number>;
}

export function createSearch(deps: { ledger: Pick<Ledger, 'reads'> }): Search {
  const { reads } = deps.ledger;
  return {
    find: (query) => findEvents(reads, query),
    facets: (query) => countFacets(reads, query),
    refreshPopularity: async () => (await reads.one<{ moved: number }>(REFRESH))?.moved ?? 0,
  };
}

/** For the worker: what was sold moves the order by popularity. */
export const popularityChore = (search: Search): Chore => ({
  name: 'popularity',
  everyMs: LIMITS.popularityEveryMs,
  shared: true,
  work: async () => ({ done: await search.refreshPopularity() }),
});
