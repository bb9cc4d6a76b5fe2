/** A page of events that fit, in the order asked for (rules L1 to L8). */
import { instant } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement, unprepared } from '../stores/index.ts';
import { cursorOf, placeOf } from './cursor.ts';
import { type BrowseQuery, conditionsOf, type FacetQuery, type Sort, Values } from './query.ts';

const UNDERSTAND = statement(
  'search_understand',
  'select wanted, titled, read_as as "readAs" from events.understand($1)',
);

/** A search as the ledger reads it. `wanted` null: some word of it is like nothing that is listed. */
export interface Understood {
  wanted: string | null;
  titled: string | null;
  readAs: string | null;
}

/** Null: nothing was searched for. */
export async function understand(db: Db, query: FacetQuery): Promise<Understood | null> {
  const search = query.search?.trim();
  if (!search) return null;
  return (await db.one<Understood>(UNDERSTAND, [search])) as Understood;
}

/** The columns of each order, all of them in the same direction, and how a cursor's text becomes one again. */
interface Order {
  columns: string[];
  casts: string[];
  descending: boolean;
}
const ORDERS: Record<Exclude<Sort, 'relevance'>, Order> = {
  date: { columns: ['l.start_at'], casts: ['timestamptz'], descending: false },
  price_asc: { columns: ['l.from_cents'], casts: ['integer'], descending: false },
  price_desc: { columns: ['l.from_cents'], casts: ['integer'], descending: true },
  popularity: { columns: ['l.popularity'], casts: ['double precision'], descending: true },
};

function orderOf(sort: Sort, understood: Understood | null, values: Values): Order {
  if (sort !== 'relevance') return ORDERS[sort];
  // Nothing searched for: nothing is more to the point than anything else.
  const titled = understood ? `l.document @@ ${values.add(understood.titled)}::tsquery` : 'false';
  return {
    columns: [`(${titled})`, 'l.popularity'],
    casts: ['boolean', 'double precision'],
    descending: true,
  };
}

export interface FoundPage {
  ids: string[];
  nextCursor: string | null;
  /** What was searched for instead, where a word stands nowhere; else null. */
  readAs: string | null;
}

/** A field that should name an instant and does not; null: all do. */
export function wrongTime(query: FacetQuery): 'from' | 'to' | null {
  for (const field of ['from', 'to'] as const) {
    const text = query[field];
    if (text !== undefined && !instant(text)) return field;
  }
  return null;
}

/** Refuses INVALID_REQUEST for a date that is none, and for a cursor that is none of this order. */
export async function findEvents(db: Db, query: BrowseQuery): Promise<Result<FoundPage>> {
  const field = wrongTime(query);
  if (field) return refuse('INVALID_REQUEST', { field }, 'This is not a date and time.');
  const understood = await understand(db, query);
  const sort = query.sort ?? (understood ? 'relevance' : 'date');
  const after = query.cursor === undefined ? null : placeOf(sort, query.cursor);
  if (query.cursor !== undefined && !after)
    return refuse('INVALID_REQUEST', { field: 'cursor' }, 'There is no such page.');
  if (understood && understood.wanted === null) return ok({ ids: [], nextCursor: null, readAs: null });
  const limit = query.limit ?? LIMITS.pageDefault;

  const values = new Values();
  const conditions = conditionsOf(query, understood?.wanted ?? null, values).map(({ text }) => text);
  const order = orderOf(sort, understood, values);
  const [direction, beyond] = order.descending ? ['desc', '<'] : ['asc', '>'];
  if (after) {
    const place = after.keys.map((key, i) => `${values.add(key)}::${order.casts[i]}`);
    conditions.push(
      `(${[...order.columns, 'l.event_id'].join(', ')}) ${beyond} (${[...place, `${values.add(after.id)}::uuid`].join(', ')})`,
    );
  }
  const text = `
    select l.event_id as id, array[${order.columns.map((column) => `(${column})::text`).join(', ')}] as keys
      from events.listings l where ${conditions.join(' and ')}
     order by ${[...order.columns, 'l.event_id'].map((column) => `${column} ${direction}`).join(', ')}
     limit ${values.add(limit + 1)}`;
  const found = await db.all<{ id: string; keys: string[] }>(unprepared(text), values.list);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return ok({
    ids: shown.map((row) => row.id),
    nextCursor: last && found.length > limit ? cursorOf(sort, last) : null,
    readAs: understood?.readAs ?? null,
  });
}
