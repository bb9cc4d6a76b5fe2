/** The list of events: what is looked for, and what each sale is doing right now. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { FacetView } from '../../server/protocol/search.ts';
import type { EventView } from '../../server/protocol/views.ts';
import { location, navigate } from '../router.ts';
import { api, user } from '../session.ts';
import { type AsOf, AsOfNotice, dated } from '../shell/as-of.tsx';
import { useEvery, useLoad } from '../shell/load.ts';
import { Failed, Patiently, Sentence, useTitle } from '../shell/states.tsx';
import { eventTexts as texts } from '../texts/events.ts';
import { second, watchSecond } from '../time.ts';
import { Button, formatNumber } from '../ui/index.ts';
import { EventCard, GhostCard } from './card.tsx';
import { nextChangeMs } from './drop-chip.tsx';
import { Filters } from './filters.tsx';
import { LazyPicks } from './lazy-picks.tsx';
import { ANYTHING, addressOf, filtersOf, isFiltered, questionOf, type Wish, wishOf } from './wish.ts';
import './events.css';

interface Page {
  items: EventView[];
  nextCursor: string | null;
  readAs: string | null;
}

const REFRESH_MS = 20_000;
/** Phases change on the server's clock, by its worker: give it a moment. */
const AFTER_CHANGE_MS = 800;

function useEvents(wish: Wish) {
  const key = addressOf(wish);
  const [more, setMore] = useState<{ key: string; pages: (Page & { asOfMs: AsOf })[] }>({ key, pages: [] });
  const pages = more.key === key ? more.pages : [];
  const ask = (cursor?: string, signal?: AbortSignal) =>
    dated<Page>(`/events${questionOf(wish, new Date(), cursor)}`, signal ? { signal } : {});
  const { loaded, reload } = useLoad(`events${key}`, (signal) => ask(undefined, signal));
  useEvery(REFRESH_MS, reload);
  const all = loaded.data ? [loaded.data, ...pages] : [];
  const items = [...new Map(all.flatMap((page) => page.items).map((event) => [event.id, event])).values()];
  const cursor = all.at(-1)?.nextCursor ?? null;
  const loadMore = async (): Promise<void> => {
    if (!cursor) return;
    const next = await ask(cursor);
    setMore({ key, pages: [...pages, next] });
  };
  useReloadAtChange(items, reload);
  return {
    loaded,
    items,
    cursor,
    reload,
    loadMore,
    readAs: loaded.data?.readAs ?? null,
    asOfMs: loaded.data?.asOfMs ?? null,
  };
}

/** The last counts stay on show while new ones are asked for: a list that empties under the finger is worse than an old one. */
function useFacets(wish: Wish): FacetView | null {
  const { sort: _, ...filters } = wish;
  const { loaded } = useLoad(`facets ${JSON.stringify(filters)}`, (signal) =>
    api.request<FacetView>('GET', `/events/facets?${filtersOf(wish, new Date())}`, { signal }),
  );
  const last = useRef<FacetView | null>(null);
  if (loaded.data) last.current = loaded.data;
  return last.current;
}

/** Asks again just after the first moment at which one of these sales should change its phase. */
function useReloadAtChange(items: readonly EventView[], reload: () => void): void {
  const due = Math.min(
    ...items.map((event) => (event.drop && nextChangeMs(event.drop)) ?? Number.POSITIVE_INFINITY),
  );
  const asked = useRef(0);
  const now = second.value;
  useEffect(() => {
    if (now < due + AFTER_CHANGE_MS || asked.current === due) return;
    asked.current = due;
    reload();
  }, [now, due, reload]);
}

export default function Events() {
  useTitle(null);
  useEffect(watchSecond, []);
  const wish = wishOf(location.value.query);
  const { loaded, items, cursor, reload, loadMore, readAs, asOfMs } = useEvents(wish);
  const facets = useFacets(wish);
  const go = (next: Wish): void => navigate(`/${addressOf(next)}`, { replace: true });
  const narrowed = wish.search !== '' || isFiltered(wish);
  const total = loaded.state === 'ready' && facets ? Math.max(facets.total, items.length) : items.length;

  return (
    <div class="page">
      <div class="events-head">
        <h1>{texts.heading}</h1>
        <p class="muted">{texts.lead}</p>
      </div>
      <Filters wish={wish} facets={facets} onWish={go} />
      {user.value?.role === 'user' && !narrowed ? (
        <LazyPicks blank={loaded.state !== 'loading' && items.length === 0} />
      ) : null}
      {readAs ? <p class="read-as">{texts.readAs(readAs, wish.search)}</p> : null}
      <p class={narrowed && items.length > 0 ? 'muted small events-count num' : 'sr'} role="status">
        {loaded.state === 'loading' ? '' : texts.count(total, formatNumber(total))}
      </p>
      <AsOfNotice at={asOfMs} />
      {loaded.state === 'loading' ? <Ghosts /> : null}
      {loaded.state === 'failed' && items.length === 0 ? (
        <Failed level={2} error={loaded.error} onRetry={reload} />
      ) : null}
      {loaded.state === 'ready' && items.length === 0 ? (
        <Empty wish={wish} onClear={() => go({ ...ANYTHING, sort: wish.sort })} />
      ) : null}
      {items.length > 0 ? (
        <ul class="event-grid">
          {items.map((event, index) => (
            <EventCard
              key={event.id}
              event={event}
              first={index === 0 && !narrowed && wish.sort === 'best'}
            />
          ))}
        </ul>
      ) : null}
      {cursor ? <More onMore={loadMore} /> : null}
    </div>
  );
}

function Ghosts() {
  return (
    <Patiently>
      <ul class="event-grid" aria-hidden="true">
        {[0, 1, 2, 3].map((index) => (
          <GhostCard key={index} first={index === 0} />
        ))}
      </ul>
    </Patiently>
  );
}

function Empty(props: { wish: Wish; onClear: () => void }) {
  const { search } = props.wish;
  if (!search && !isFiltered(props.wish))
    return <Sentence level={2} title={texts.emptyTitle} text={texts.emptyText} />;
  return (
    <Sentence
      level={2}
      title={search ? texts.nothingFound(search) : texts.nothingFits}
      text={texts.nothingFoundText}
      actions={
        <Button kind="quiet" onClick={props.onClear}>
          {texts.clear}
        </Button>
      }
    />
  );
}

function More(props: { onMore: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  return (
    <div class="events-more">
      <Button
        kind="quiet"
        busy={busy}
        onClick={() => {
          setBusy(true);
          props.onMore().finally(() => setBusy(false));
        }}
      >
        {texts.more}
      </Button>
    </div>
  );
}
