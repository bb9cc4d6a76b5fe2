/** How many events there are of each kind, place, month and price (rule L9): each counted under all filters but its own. */
import { wrongEnd } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type FacetView, ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, unprepared } from '../stores/index.ts';
import { understand } from './find.ts';
import { type Aspect, conditionsOf, type FacetQuery, Values } from './query.ts';

/** What was searched for counts everywhere; these are the filters a facet may leave out. */
const ASPECTS: readonly Aspect[] = ['type', 'place', 'price', 'date', 'currency'];
/** Lower ends of the bands, minor units. */
const BANDS = [0, 1, 2_500, 5_000, 10_000, 20_000] as const;
const NOTHING: FacetView = { total: 0, types: [], cities: [], months: [], currencies: [], prices: [] };

const counted = (name: string, value: string, own: Aspect, order: string): string => `
  (select coalesce(json_agg(json_build_object('value', v, 'count', n) order by ${order}), '[]') from (
     select ${value} as v, count(*)::int as n from found f where ${allBut(own)} and ${value} is not null
      group by lower(${value}), ${value} order by count(*) desc, ${value} limit ${LIMITS.facetValuesMax}) c) as ${name}`;

const allBut = (own: Aspect | null): string =>
  ASPECTS.filter((aspect) => aspect !== own)
    .map((aspect) => `f.is_${aspect}`)
    .join(' and ');

/** Refuses INVALID_REQUEST for a date that is none. */
export async function countFacets(db: Db, query: FacetQuery): Promise<Result<FacetView>> {
  const field = wrongEnd(query);
  if (field) return refuse('INVALID_REQUEST', { field }, 'This is not a date and time.');
  const understood = await understand(db, query);
  if (understood && understood.wanted === null) return ok(NOTHING);
  const values = new Values();
  const conditions = conditionsOf(query, understood?.wanted ?? null, values);
  const of = (aspect: Aspect) =>
    conditions
      .filter((condition) => condition.aspect === aspect)
      .map(({ text }) => text)
      .join(' and ') || 'true';
  const text = `
    with found as materialized (
      select l.type, l.city, l.start_at, l.currency, l.from_cents, ${ASPECTS.map((aspect) => `(${of(aspect)}) as is_${aspect}`).join(', ')}
        from events.listings l where ${of('text')})
    select (select count(*)::int from found f where ${allBut(null)}) as total,
      ${counted('types', 'f.type', 'type', 'n desc, v')},
      ${counted('cities', 'f.city', 'place', 'n desc, v')},
      ${counted('months', "to_char(f.start_at at time zone 'UTC', 'YYYY-MM')", 'date', 'v')},
      ${counted('currencies', 'f.currency', 'currency', 'n desc, v')},
      (select coalesce(json_agg(json_build_object('fromCents', b.low, 'toCents', b.high, 'count', b.n) order by b.low), '[]') from (
         select band.low, band.high, count(*)::int as n
           from (select low, lead(low) over (order by low) - 1 as high from unnest(${values.add([...BANDS])}::int[]) as low) band
           join found f on f.from_cents >= band.low and f.from_cents <= coalesce(band.high, 2147483647) and ${allBut('price')}
          group by band.low, band.high) b) as prices`;
  return ok((await db.one<FacetView>(unprepared(text), values.list)) as FacetView);
}
