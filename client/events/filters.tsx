/** Searching as one types, and narrowing down by what there is. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { FacetView } from '../../server/protocol/search.ts';
import { eventTexts as texts } from '../texts/events.ts';
import { Button, classes, Field, formatMoney, formatNumber, Select } from '../ui/index.ts';
import { ANYTHING, isFiltered, SORTS, type Wish } from './wish.ts';

const TYPING_MS = 250;
type Option = readonly [value: string, label: string];

const counted = (label: string, count: number): string => `${label} (${formatNumber(count)})`;

/** What was chosen stays on show, though nothing of it is left. */
const withChosen = (options: Option[], value: string, label = value): Option[] =>
  value && !options.some(([known]) => known === value) ? [...options, [value, label]] : options;

const monthName = (month: string): string =>
  new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );

function priceOptions(facets: FacetView | null): Option[] {
  const currency = facets?.currencies[0]?.value;
  if (!facets || !currency) return [];
  let below = 0;
  return facets.prices.flatMap(({ toCents, count }): Option[] => {
    below += count;
    if (toCents === null) return [];
    const max = toCents === 0 ? 0 : toCents + 1;
    return [
      [
        String(max),
        counted(max === 0 ? texts.filters.free : texts.filters.upTo(formatMoney(max, currency)), below),
      ],
    ];
  });
}

export interface FiltersProps {
  wish: Wish;
  /** Null: not known (yet); the choices made stay on show. */
  facets: FacetView | null;
  onWish: (wish: Wish) => void;
}

export function Filters({ wish, facets, onWish }: FiltersProps) {
  const [open, setOpen] = useState(isFiltered(wish));
  const set = (change: Partial<Wish>) => onWish({ ...wish, ...change });
  const all = (label: string): Option => ['', label];
  const { filters } = texts;
  const months = (facets?.months ?? []).map(
    ({ value, count }): Option => [value, counted(monthName(value), count)],
  );
  const of = (list: FacetView['types'] | undefined) =>
    (list ?? []).map(({ value, count }): Option => [value, counted(value, count)]);
  return (
    <search class="event-search">
      <div class="search-line">
        <SearchField wish={wish} onWish={onWish} />
        <button
          type="button"
          class="button quiet filters-toggle"
          aria-expanded={open}
          aria-controls="filters"
          onClick={() => setOpen(!open)}
        >
          {filters.toggle}
        </button>
      </div>
      <div id="filters" class={classes('filters', !open && 'folded')}>
        <Select
          label={filters.when}
          name="when"
          value={wish.when}
          options={[
            all(filters.anyTime),
            ['weekend', filters.weekend],
            ['week', filters.week],
            ...withChosen(
              months,
              /^\d/.test(wish.when) ? wish.when : '',
              /^\d/.test(wish.when) ? monthName(wish.when) : '',
            ),
          ]}
          onValue={(when) => set({ when })}
        />
        <Select
          label={filters.city}
          name="city"
          value={wish.city}
          options={[all(filters.anyCity), ...withChosen(of(facets?.cities), wish.city)]}
          onValue={(city) => set({ city })}
        />
        <Select
          label={filters.type}
          name="type"
          value={wish.type}
          options={[all(filters.anyType), ...withChosen(of(facets?.types), wish.type)]}
          onValue={(type) => set({ type })}
        />
        <Select
          label={filters.price}
          name="max"
          value={wish.max}
          options={[all(filters.anyPrice), ...withChosen(priceOptions(facets), wish.max, filters.yours)]}
          onValue={(max) => set({ max })}
        />
        <Select
          label={texts.sort}
          name="sort"
          value={wish.sort}
          options={SORTS.map(
            (sort) => [sort, sort === 'best' && !wish.search ? texts.sorts.date : texts.sorts[sort]] as const,
          ).filter(([sort]) => sort !== 'date' || wish.search !== '')}
          onValue={(value) => set({ sort: SORTS.find((known) => known === value) ?? 'best' })}
        />
      </div>
      {isFiltered(wish) ? (
        <Button kind="quiet" onClick={() => onWish({ ...ANYTHING, search: wish.search, sort: wish.sort })}>
          {filters.clear}
        </Button>
      ) : null}
    </search>
  );
}

/** Asks while one types, once the fingers rest; at once on Enter. */
function SearchField({ wish, onWish }: Pick<FiltersProps, 'wish' | 'onWish'>) {
  const [typed, setTyped] = useState(wish.search);
  const latest = useRef({ wish, onWish });
  latest.current = { wish, onWish };
  const ask = (): void => {
    const { wish: now, onWish: change } = latest.current;
    if (typed.trim() !== now.search) change({ ...now, search: typed.trim() });
  };
  useEffect(
    () => setTyped((before) => (before.trim() === wish.search ? before : wish.search)),
    [wish.search],
  );
  useEffect(() => {
    const timer = setTimeout(ask, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask();
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
    </form>
  );
}
