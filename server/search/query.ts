/** What can be asked of the list of events, and the conditions that ask the ledger for it. */
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';

const Text = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });
const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000 });
const Time = Type.String({ format: 'date-time', maxLength: 40 });

const FILTERS = {
  /** Every word must be found in title, artist, venue, city or type; slips are forgiven. */
  search: Type.Optional(Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })),
  type: Type.Optional(Text(60)),
  artist: Type.Optional(Text(200)),
  venue: Type.Optional(Text(200)),
  city: Type.Optional(Text(120)),
  currency: Type.Optional(Type.String({ pattern: '^[A-Za-z]{3}$' })),
  /** Events with a ticket that costs between the two, all in. */
  minPriceCents: Type.Optional(Cents),
  maxPriceCents: Type.Optional(Cents),
  /** Events that start between the two; default: from a few hours ago on. */
  from: Type.Optional(Time),
  to: Type.Optional(Time),
};

export const FacetQuery = Type.Object(FILTERS, { additionalProperties: false });
export type FacetQuery = Static<typeof FacetQuery>;

export const SORTS = ['date', 'price_asc', 'price_desc', 'popularity', 'relevance'] as const;
export type Sort = (typeof SORTS)[number];

export const BrowseQuery = Type.Object(
  {
    ...FILTERS,
    /** Default: relevance when searching, date otherwise. */
    sort: Type.Optional(Type.Enum([...SORTS])),
    /** `nextCursor` of the page before. */
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  { additionalProperties: false },
);
export type BrowseQuery = Static<typeof BrowseQuery>;

/** The same question in the same words: members in order, and none that says nothing. */
export const sameWords = (query: FacetQuery | BrowseQuery): string =>
  JSON.stringify(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** What a facet leaves out when it counts: its own filter. */
export type Aspect = 'text' | 'type' | 'place' | 'price' | 'date' | 'currency';

/** A condition over `l`, a row of `events.listings`; its text may name `$n` only through the place it is given. */
export interface Condition {
  aspect: Aspect;
  text: string;
}

/** Values beside the text that names them, in the order they were taken. */
export class Values {
  readonly list: unknown[] = [];
  /** `$3`, for a value that is now the third. */
  add(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/** `prices` are in order, so that one end alone needs no look at each of them. */
function priceCondition({ minPriceCents: low, maxPriceCents: high }: FacetQuery, values: Values): string {
  if (low === undefined)
    return high === undefined ? 'l.from_cents is not null' : `l.from_cents <= ${values.add(high)}`;
  if (high === undefined) return `l.prices[cardinality(l.prices)] >= ${values.add(low)}`;
  return `exists (select from unnest(l.prices) as cents where cents between ${values.add(low)} and ${values.add(high)})`;
}

/** Only what was asked for becomes a condition: the plan is made for that, and can use the index that fits it. */
export function conditionsOf(query: FacetQuery, wanted: string | null, values: Values): Condition[] {
  const found: Condition[] = [];
  const when = (aspect: Aspect, value: unknown, text: (place: string) => string): void => {
    if (value !== undefined && value !== null) found.push({ aspect, text: text(values.add(value)) });
  };
  when('text', wanted, (at) => `l.document @@ ${at}::tsquery`);
  when('type', query.type, (at) => `lower(l.type) = lower(${at})`);
  when('text', query.artist, (at) => `lower(l.artist) = lower(${at})`);
  when('place', query.venue, (at) => `lower(l.venue) = lower(${at})`);
  when('place', query.city, (at) => `lower(l.city) = lower(${at})`);
  when('currency', query.currency?.toUpperCase(), (at) => `l.currency = ${at}`);
  found.push({ aspect: 'price', text: priceCondition(query, values) });
  if (query.from === undefined)
    found.push({
      aspect: 'date',
      text: `l.start_at >= now() - interval '${LIMITS.listedAfterStartHours} hours'`,
    });
  when('date', query.from, (at) => `l.start_at >= ${at}::timestamptz`);
  when('date', query.to, (at) => `l.start_at <= ${at}::timestamptz`);
  return found;
}
