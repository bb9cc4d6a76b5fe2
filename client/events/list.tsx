/** The list of events: search, sort, and what each sale is doing right now. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { EventView } from '../../server/protocol/views.ts';
import { location, navigate } from '../router.ts';
import { api } from '../session.ts';
import { useEvery, useLoad } from '../shell/load.ts';
import { Failed, Patiently, Sentence, useTitle } from '../shell/states.tsx';
import { eventTexts as texts } from '../texts/events.ts';
import { second, watchSecond } from '../time.ts';
import { Button, Field, Select } from '../ui/index.ts';
import { EventCard, GhostCard } from './card.tsx';
import { nextChangeMs } from './drop-chip.tsx';
import './events.css';

interface Page {
  items: EventView[];
  nextCursor: string | null;
}

const SORTS = ['soonest', 'price_asc', 'price_desc'] as const;
type Sort = (typeof SORTS)[number];

const REFRESH_MS = 20_000;
const TYPING_MS = 300;
/** Phases change on the server's clock, by its worker: give it a moment. */
const AFTER_CHANGE_MS = 800;

function queryOf(search: string, sort: Sort, cursor?: string): string {
  const query = new URLSearchParams();
  if (search) query.set('search', search);
  if (sort !== 'soonest') query.set('sort', sort);
  if (cursor) query.set('cursor', cursor);
  return query.size ? `?${query}` : '';
}

function useEvents(search: string, sort: Sort) {
  const key = queryOf(search, sort);
  const [more, setMore] = useState<{ key: string; pages: Page[] }>({ key, pages: [] });
  const pages = more.key === key ? more.pages : [];
  const { loaded, reload } = useLoad(`events${key}`, (signal) =>
    api.request<Page>('GET', `/events${key}`, { signal }),
  );
  useEvery(REFRESH_MS, reload);
  const all = loaded.data ? [loaded.data, ...pages] : [];
  const items = [...new Map(all.flatMap((page) => page.items).map((event) => [event.id, event])).values()];
  const cursor = all.at(-1)?.nextCursor ?? null;
  const loadMore = async (): Promise<void> => {
    if (!cursor) return;
    const next = await api.request<Page>('GET', `/events${queryOf(search, sort, cursor)}`);
    setMore({ key, pages: [...pages, next] });
  };
  useReloadAtChange(items, reload);
  return { loaded, items, cursor, reload, loadMore };
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
  const { query } = location.value;
  const search = query.get('search') ?? '';
  const sort = SORTS.find((known) => known === query.get('sort')) ?? 'soonest';
  const { loaded, items, cursor, reload, loadMore } = useEvents(search, sort);
  const go = (nextSearch: string, nextSort: Sort): void =>
    navigate(`/${queryOf(nextSearch, nextSort)}`, { replace: true });

  return (
    <div class="page">
      <div class="events-head">
        <h1>{texts.heading}</h1>
        <p class="muted">{texts.lead}</p>
      </div>
      <Filters search={search} sort={sort} onChange={go} />
      <p class="sr" role="status">
        {loaded.state === 'loading' ? '' : texts.count(items.length)}
      </p>
      {loaded.state === 'loading' ? <Ghosts /> : null}
      {loaded.state === 'failed' && items.length === 0 ? (
        <Failed level={2} error={loaded.error} onRetry={reload} />
      ) : null}
      {loaded.state === 'ready' && items.length === 0 ? (
        <Empty search={search} onClear={() => go('', sort)} />
      ) : null}
      {items.length > 0 ? (
        <ul class="event-grid">
          {items.map((event, index) => (
            <EventCard key={event.id} event={event} first={index === 0 && !search && sort === 'soonest'} />
          ))}
        </ul>
      ) : null}
      {cursor ? <More onMore={loadMore} /> : null}
    </div>
  );
}

function Filters(props: { search: string; sort: Sort; onChange: (search: string, sort: Sort) => void }) {
  const [typed, setTyped] = useState(props.search);
  const change = useRef(props.onChange);
  change.current = props.onChange;
  const { search, sort } = props;
  useEffect(() => setTyped(search), [search]);
  useEffect(() => {
    if (typed.trim() === search) return;
    const timer = setTimeout(() => change.current(typed.trim(), sort), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, search, sort]);
  return (
    <search>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          props.onChange(typed.trim(), sort);
        }}
      >
        <Field
          label={texts.search}
          type="search"
          name="search"
          placeholder={texts.searchHint}
          autocomplete="off"
          maxLength={100}
          value={typed}
          onValue={setTyped}
        />
        <Select
          label={texts.sort}
          name="sort"
          value={sort}
          options={SORTS.map((known) => [known, texts.sorts[known]] as const)}
          onValue={(value) =>
            props.onChange(typed.trim(), SORTS.find((known) => known === value) ?? 'soonest')
          }
        />
      </form>
    </search>
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

function Empty(props: { search: string; onClear: () => void }) {
  if (!props.search) return <Sentence level={2} title={texts.emptyTitle} text={texts.emptyText} />;
  return (
    <Sentence
      level={2}
      title={texts.nothingFound(props.search)}
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
