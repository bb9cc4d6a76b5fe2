/**
 * Events as everybody is shown them (rules E30 to E35): what of them stays is kept, what is live is read each time. While the ledger is away
 * they are shown as they were when they were kept, with that time.
 *
 *   kept? ─▶ live, of the same version ─▶ shown
 *     │                └─ of another, or not there: read whole
 *     └─ no: read whole, and kept unless it is for its vendor only
 */
import { type EventView, ok, type Result, refuse } from '../protocol/index.ts';
import { type BrowseQuery, type Search, sameWords } from '../search/index.ts';
import { type Cache, type Db, type Had, isStoreAway } from '../stores/index.ts';
import type { Account, Shown } from '../transport/index.ts';
import { browseEvents, type EventPage } from './browse.ts';
import { createReadLive, eventNow, type LiveEvent } from './live.ts';
import { loadEvents, type Seen, showTo } from './read.ts';

export interface Showing {
  /** Refuses NOT_FOUND, also for what the viewer may not see. */
  event(id: string, viewer: Account | null): Promise<Result<Shown<EventView>>>;
  /** Refuses as the search does. */
  page(query: BrowseQuery): Promise<Result<Shown<EventPage>>>;
  /** Units of all tiers that are neither held nor sold, without what else there is of the event. Refuses NOT_FOUND. */
  available(id: string, viewer: Account | null): Promise<Result<Shown<number>>>;
}

export interface ShowingDeps {
  reads: Db;
  cache: Cache;
  search: Search;
}

export const eventTag = (id: string): string => `event:${id.toLowerCase()}`;

/** What a page depends on: prices and sales move only what was sorted or chosen by them. */
function tagsOf({ search, sort, minPriceCents, maxPriceCents }: BrowseQuery): string[] {
  const tags = ['events'];
  const priced = sort === 'price_asc' || sort === 'price_desc';
  if (priced || minPriceCents !== undefined || maxPriceCents !== undefined) tags.push('prices');
  if (sort === 'popularity' || sort === 'relevance' || (!sort && search?.trim())) tags.push('popularity');
  return tags;
}

const stock = (event: EventView): number => event.tiers.reduce((sum, tier) => sum + tier.available, 0);

export function createShowing({ reads, cache, search }: ShowingDeps): Showing {
  const readLive = createReadLive(reads);
  const read = async (id: string): Promise<Seen | null> => (await loadEvents(reads, [id]))[0] ?? null;
  const keptEvent = (id: string): Promise<Had<Seen | null>> =>
    cache.read({
      what: 'event',
      key: eventTag(id),
      tags: [eventTag(id)],
      load: () => read(id),
      keep: (seen) => seen !== null && !seen.hidden,
    });

  /** Null: the ledger is away. */
  async function live(ids: readonly string[]): Promise<(LiveEvent | undefined)[] | null> {
    try {
      return await Promise.all(ids.map((id) => readLive(id)));
    } catch (err) {
      if (isStoreAway(err)) return null;
      throw err;
    }
  }

  async function wholeEvent(id: string, viewer: Account | null): Promise<Result<Shown<EventView>>> {
    const seen = showTo(viewer, await read(id));
    return seen.ok ? ok({ value: seen.value, asOf: null }) : seen;
  }

  async function wholePage(query: BrowseQuery): Promise<Result<Shown<EventPage>>> {
    const page = await browseEvents({ reads, search }, query);
    return page.ok ? ok({ value: page.value, asOf: null }) : page;
  }

  return {
    async event(asked, viewer) {
      const id = asked.toLowerCase();
      const had = await keptEvent(id);
      const seen = showTo(viewer, had.value);
      if (!seen.ok) return seen;
      if (had.from !== 'cache') return ok({ value: seen.value, asOf: had.from === 'kept' ? had.asOf : null });
      const now = await live([id]);
      if (!now) return ok({ value: seen.value, asOf: had.asOf });
      const shown = now[0] && eventNow(seen.value, now[0]);
      if (shown) return ok({ value: shown, asOf: null });
      // Somebody changed it and could not say so: it is said now.
      await cache.invalidate([eventTag(id), 'events']);
      return wholeEvent(id, viewer);
    },

    async page(query) {
      const had = await cache.read({
        what: 'events',
        key: `events ${sameWords(query)}`,
        tags: tagsOf(query),
        load: () => browseEvents({ reads, search }, query),
        keep: (page) => page.ok,
      });
      if (!had.value.ok) return had.value;
      const page = had.value.value;
      if (had.from !== 'cache') return ok({ value: page, asOf: had.from === 'kept' ? had.asOf : null });
      const now = await live(page.items.map((item) => item.id));
      if (!now) return ok({ value: page, asOf: had.asOf });
      const items: EventView[] = [];
      for (const [i, item] of page.items.entries()) {
        const row = now[i];
        const shown = row && eventNow(item, row);
        if (!shown) {
          await cache.invalidate([eventTag(item.id), 'events']);
          return wholePage(query);
        }
        items.push(shown);
      }
      return ok({ value: { ...page, items }, asOf: null });
    },

    async available(asked, viewer) {
      const id = asked.toLowerCase();
      const now = await live([id]);
      const row = now?.[0];
      // A draft, or the ledger is away: who may see it, and what was kept of it, is a longer story.
      if (row?.drop_id == null) {
        if (now && !row) return refuse('NOT_FOUND');
        const event = await this.event(id, viewer);
        return event.ok ? ok({ value: stock(event.value.value), asOf: event.value.asOf }) : event;
      }
      const left = (row.tiers ?? []).reduce(
        (sum, [, , , , , , , , quantity, held, sold, kept]) => sum + quantity - held - sold - kept,
        0,
      );
      return ok({ value: left, asOf: null });
    },
  };
}
