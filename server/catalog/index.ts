/** The catalogue: events, their tiers, and how they are found. RULES.md says what holds here. */
import { systemClock } from '../kernel/index.ts';
import { type EventView, ok, type Result } from '../protocol/index.ts';
import { type BrowseQuery, createSearch } from '../search/index.ts';
import { type Cache, keepNothing } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { browseEvents, type EventPage } from './browse.ts';
import { type CancelBody, cancelSoldEvent } from './cancel.ts';
import { type CatalogDeps, createEvent } from './create.ts';
import { deleteEvent } from './delete.ts';
import { editEvent } from './edit.ts';
import type { EventBody, EventEdit } from './event.ts';
import { readEvent } from './read.ts';
import { createShowing, eventTag, type Showing } from './show.ts';

export { endEventsChore } from './end-events.ts';
export { shownEvents } from './read.ts';
export { catalogRoutes } from './routes.ts';
export type { CatalogDeps, EventBody, EventEdit, EventPage };
export { eventTag };

export interface Catalog {
  create(vendor: Account, body: EventBody): Promise<Result<EventView>>;
  edit(editor: Account, id: string, edit: EventEdit, ifMatch?: string): Promise<Result<EventView>>;
  /** Cancels an event of which nothing was sold. */
  remove(editor: Account, id: string, ifMatch?: string): Promise<Result<EventView>>;
  /** Cancels an event whatever was sold of it; the money is owed back. */
  cancel(editor: Account, id: string, body: CancelBody, ifMatch?: string): Promise<Result<EventView>>;
  read(id: string, viewer: Account | null): Promise<Result<EventView>>;
  browse(query: BrowseQuery): Promise<Result<EventPage>>;
  /** Units of all tiers that are neither held nor sold. */
  available(id: string, viewer: Account | null): Promise<Result<number>>;
  /** As the three above, from what is kept where that is as good, and while the ledger is away. */
  readonly show: Showing;
}

/** Without a cache everything is read from the ledger. */
export function createCatalog(deps: CatalogDeps & { cache?: Cache }): Catalog {
  const { reads } = deps.ledger;
  const search = createSearch(deps);
  return {
    create: (vendor, body) => createEvent(deps, vendor, body),
    edit: (editor, id, edit, ifMatch) => editEvent(deps, editor, id, edit, ifMatch),
    remove: (editor, id, ifMatch) => deleteEvent(deps, editor, id, ifMatch),
    cancel: (editor, id, body, ifMatch) => cancelSoldEvent(deps, editor, id, body, ifMatch),
    read: (id, viewer) => readEvent(reads, id, viewer),
    browse: (query) => browseEvents({ reads, search }, query),
    async available(id, viewer) {
      const event = await readEvent(reads, id, viewer);
      return event.ok ? ok(event.value.tiers.reduce((sum, tier) => sum + tier.available, 0)) : event;
    },
    show: createShowing({ reads, search, cache: deps.cache ?? keepNothing(systemClock).pages }),
  };
}
