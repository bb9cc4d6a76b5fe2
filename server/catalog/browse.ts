/** Finding events (rules E13 to E16): search, filters, three orders, and pages that neither repeat nor skip. */
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { type EventView, ok, type Result, refuse, UuidSchema } from '../protocol/index.ts';
import { type Db, type Statement, statement } from '../stores/index.ts';
import { instant } from './judge.ts';
import { loadEvents } from './read.ts';

const Text = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });
const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000 });
const Time = Type.String({ format: 'date-time', maxLength: 40 });

export const BrowseQuery = Type.Object(
  {
    /** Every word must be found in title, artist, venue, city or type. */
    search: Type.Optional(Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })),
    sort: Type.Optional(Type.Enum(['date', 'price_asc', 'price_desc'])),
    type: Type.Optional(Text(60)),
    artist: Type.Optional(Text(200)),
    city: Type.Optional(Text(120)),
    /** Events with a tier that costs between the two, all in. */
    minPriceCents: Type.Optional(Cents),
    maxPriceCents: Type.Optional(Cents),
    /** Events that start between the two; default: from a few hours ago on. */
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    /** `nextCursor` of the page before. */
    cursor: Type.Optional(UuidSchema),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  { additionalProperties: false },
);
export type BrowseQuery = Static<typeof BrowseQuery>;
type Sort = NonNullable<BrowseQuery['sort']>;

/**
 * A page begins after the event its cursor names, by the key of the chosen order with the id as tie-breaker: an OFFSET
 * would repeat or skip when events come and go between two pages.
 */
const page = (sort: Sort, key: string, direction: 'asc' | 'desc', after: '>' | '<') =>
  statement(
    `catalog_browse_${sort}`,
    `with listed as (
       select e.id, e.start_at, p.from_cents
       from events.events e
       cross join lateral (
         select min(t.price_cents + t.fee_cents + t.tax_cents) as from_cents,
           bool_or(t.price_cents + t.fee_cents + t.tax_cents between coalesce($5, 0) and coalesce($6, 2147483647)) as priced
         from ticketing.ticket_tiers t where t.event_id = e.id and t.status = 'active'
       ) p
       where (e.status = 'published' or e.id = $9)
         and (e.id = $9 or (p.priced
           and e.start_at >= coalesce($7::timestamptz, now() - interval '6 hours') and e.start_at <= coalesce($8::timestamptz, 'infinity')
           and concat_ws(' ', e.title, e.artist, e.venue_name, e.venue_city, e.type) ilike all ($1::text[])
           and ($2::text is null or lower(e.type) = lower($2))
           and ($3::text is null or lower(e.artist) = lower($3))
           and ($4::text is null or lower(e.venue_city) = lower($4))))
     )
     select id from listed
     where $9::uuid is null or (${key}, id) ${after} (select ${key}, id from listed where id = $9)
     order by ${key} ${direction}, id ${direction} limit $10`,
  );
const PAGES: Record<Sort, Statement> = {
  date: page('date', 'start_at', 'asc', '>'),
  price_asc: page('price_asc', 'from_cents', 'asc', '>'),
  price_desc: page('price_desc', 'from_cents', 'desc', '<'),
};
const CURSOR_EXISTS = statement('catalog_cursor_exists', 'select id from events.events where id = $1');

/** Words as ILIKE patterns; none: everything matches. */
function patterns(search: string | undefined): string[] {
  const words = (search ?? '').split(/\s+/).filter(Boolean);
  return words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
}

export interface EventPage {
  items: EventView[];
  nextCursor: string | null;
}

/** Published events. Refuses INVALID_REQUEST for a date or cursor that is none. */
export async function browseEvents(db: Db, query: BrowseQuery): Promise<Result<EventPage>> {
  for (const field of ['from', 'to'] as const) {
    const text = query[field];
    if (text !== undefined && !instant(text))
      return refuse('INVALID_REQUEST', { field }, 'This is not a date and time.');
  }
  const limit = query.limit ?? LIMITS.pageDefault;
  const cursor = query.cursor ?? null;
  const found = await db.all<{ id: string }>(PAGES[query.sort ?? 'date'], [
    patterns(query.search),
    query.type ?? null,
    query.artist ?? null,
    query.city ?? null,
    query.minPriceCents ?? null,
    query.maxPriceCents ?? null,
    query.from ?? null,
    query.to ?? null,
    cursor,
    limit + 1,
  ]);
  if (found.length === 0 && cursor && !(await db.one(CURSOR_EXISTS, [cursor])))
    return refuse('INVALID_REQUEST', { field: 'cursor' }, 'There is no such page.');
  const ids = found.slice(0, limit).map((row) => row.id);
  const items = (await loadEvents(db, ids)).map((seen) => seen.view);
  return ok({ items, nextCursor: found.length > limit ? (ids.at(-1) ?? null) : null });
}
