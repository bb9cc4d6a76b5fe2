/** What somebody looks for, as the address bar keeps it and as the list is asked for it. */

export const SORTS = ['best', 'date', 'popularity', 'price_asc', 'price_desc'] as const;
export type SortWish = (typeof SORTS)[number];

/** Empty: all. */
export interface Wish {
  search: string;
  /** `best`: what fits best when searching, soonest first otherwise. */
  sort: SortWish;
  type: string;
  city: string;
  /** `weekend`, `week`, or a month such as `2026-12`. */
  when: string;
  /** At most so much, minor units. */
  max: string;
}

export const ANYTHING: Wish = { search: '', sort: 'best', type: '', city: '', when: '', max: '' };

const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** Whatever somebody typed into the address bar: what makes no sense is left out. */
export function wishOf(query: URLSearchParams): Wish {
  const text = (name: string, longest: number) => (query.get(name) ?? '').trim().slice(0, longest);
  const when = text('when', 20);
  const max = text('max', 9);
  return {
    search: text('search', 100),
    sort: SORTS.find((known) => known === query.get('sort')) ?? 'best',
    type: text('type', 60),
    city: text('city', 120),
    when: when === 'weekend' || when === 'week' || MONTH.test(when) ? when : '',
    max: /^\d+$/.test(max) && Number(max) <= 100_000_000 ? max : '',
  };
}

/** `?search=…`, or nothing. */
export function addressOf(wish: Wish): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wish))
    if (value && value !== ANYTHING[name as keyof Wish]) query.set(name, value);
  return query.size ? `?${query}` : '';
}

export const isFiltered = ({ type, city, when, max }: Wish): boolean => Boolean(type || city || when || max);

const DAY_MS = 24 * 60 * 60 * 1000;
const FRIDAY = 5;

/** From and to, in the reader's own time; a weekend is Friday evening to the end of Sunday. */
export function spanOf(when: string, now: Date): { from: Date; to: Date } | null {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const day = (days: number, hours = 0) =>
    new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate() + days, hours);
  if (when === 'week') return { from: now, to: new Date(now.getTime() + 7 * DAY_MS) };
  if (when === 'weekend') {
    // On Saturday and Sunday it is this one that is meant.
    const toFriday = now.getDay() === 6 ? -1 : now.getDay() === 0 ? -2 : FRIDAY - now.getDay();
    const friday = day(toFriday, 17);
    return { from: friday > now ? friday : now, to: day(toFriday + 3) };
  }
  if (!MONTH.test(when)) return null;
  const [year, month] = when.split('-').map(Number) as [number, number];
  return { from: new Date(Date.UTC(year, month - 1)), to: new Date(Date.UTC(year, month) - 1) };
}

/** The part of the question that facets are counted for, too. */
export function filtersOf(wish: Wish, now: Date): URLSearchParams {
  const query = new URLSearchParams();
  const span = spanOf(wish.when, now);
  const pairs = {
    search: wish.search,
    type: wish.type,
    city: wish.city,
    maxPriceCents: wish.max,
    from: span?.from.toISOString(),
    to: span?.to.toISOString(),
  };
  for (const [name, value] of Object.entries(pairs)) if (value) query.set(name, value);
  return query;
}

export function questionOf(wish: Wish, now: Date, cursor?: string): string {
  const query = filtersOf(wish, now);
  if (wish.sort !== 'best') query.set('sort', wish.sort);
  if (cursor) query.set('cursor', cursor);
  return query.size ? `?${query}` : '';
}
