/** Finding events: words with slips forgiven, filters, orders, facets. RULES.md says what holds here. */

import { systemClock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { FacetView, Result } from '../protocol/index.ts';
import { type Cache, keepNothing, type Ledger, statement } from '../stores/index.ts';
import { type Chore, type Shown, shownResult } from '../transport/index.ts';
import { countFacets } from './facets.ts';
import { type FoundPage, findEvents } from './find.ts';
import { type BrowseQuery, type FacetQuery, sameWords } from './query.ts';

export { BrowseQuery, sameWords } from './query.ts';
export { searchRoutes } from './routes.ts';
export type { FacetQuery, FoundPage };

const REFRESH = statement('search_refresh_popularity', 'select events.refresh_popularity() as moved');

export interface Search {
  find(query: BrowseQuery): Promise<Result<FoundPage>>;
  facets(query: FacetQuery): Promise<Result<FacetView>>;
  /** As `facets`, from what is kept where that is as good, and while the ledger is away. */
  showFacets(query: FacetQuery): Promise<Result<Shown<FacetView>>>;
  /** Counts what was sold since into the events' popularity; returns how many events moved. */
  refreshPopularity(): Promise<number>;
}

/** Without a cache everything is read from the ledger. */
export function createSearch(deps: { ledger: Pick<Ledger, 'reads'>; cache?: Cache }): Search {
  const { reads } = deps.ledger;
  const { cache = keepNothing(systemClock).pages } = deps;
  return {
    find: (query) => findEvents(reads, query),
    facets: (query) => countFacets(reads, query),
    async showFacets(query) {
      const had = await cache.read({
        what: 'facets',
        key: `facets ${sameWords(query)}`,
        tags: ['events', 'prices'],
        load: () => countFacets(reads, query),
        keep: (facets) => facets.ok,
      });
      return shownResult(had);
    },
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
