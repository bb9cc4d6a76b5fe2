/** A page of events that fit, in the order asked for (rules L1 to L8). */
import { wrongEnd } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement, unprepared } from '../stores/index.ts';
import { cursorOf, type Place, placeOf } from './cursor.ts';
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

/** The column each order goes by, and how a cursor's text becomes its value again. */
interface Order {
  column: string;
  cast: string;
  descending: boolean;
}
const BY_POPULARITY: Order = { column: 'l.popularity', cast: 'double precision', descending: true };
const ORDERS: Record<Sort, Order> = {
  date: { column: 'l.start_at', cast: 'timestamptz', descending: false },
  price_asc: { column: 'l.from_cents', cast: 'integer', descending: false },
  price_desc: { column: 'l.from_cents', cast: 'integer', descending: true },
  popularity: BY_POPULARITY,
  relevance: BY_POPULARITY,
};

/** A list of its own: all of the first part come before all of the second. `titled` null: there is one part only. */
interface Part {
  titled: boolean | null;
}

/**
 * By relevance, what is in title or artist is one list and the rest another, so that each can be read off an index in its
 * order: a short beginning fits half of all events, and sorting them for each letter typed would take longer than the typing.
 */
function partsOf(sort: Sort, understood: Understood | null): Part[] {
  if (sort !== 'relevance') return [{ titled: null }];
  return understood ? [{ titled: true }, { titled: false }] : [{ titled: false }];
}

export interface FoundPage {
  ids: string[];
  nextCursor: string | null;
  /** What was searched for instead, where a word stands nowhere; else null. */
  readAs: string | null;
}

interface Question {
  query: BrowseQuery;
  sort: Sort;
  understood: Understood | null;
  after: Place | null;
}
interface Row {
  id: string;
  keys: string[];
}

/** The events of one part, from the place on, where it is in this part. */
async function readPart(
  db: Db,
  { query, sort, understood, after }: Question,
  part: Part,
  limit: number,
): Promise<Row[]> {
  const values = new Values();
  const conditions = conditionsOf(query, understood?.wanted ?? null, values).map(({ text }) => text);
  const { column, cast, descending } = ORDERS[sort];
  const [direction, beyond] = descending ? ['desc', '<'] : ['asc', '>'];
  if (understood && part.titled !== null)
    conditions.push(`${part.titled ? '' : 'not '}(l.document @@ ${values.add(understood.titled)}::tsquery)`);
  if (after)
    conditions.push(
      `(${column}, l.event_id) ${beyond} (${values.add(after.keys.at(-1))}::${cast}, ${values.add(after.id)}::uuid)`,
    );
  const text = `select l.event_id as id, (${column})::text as key from events.listings l
    where ${conditions.join(' and ')} order by ${column} ${direction}, l.event_id ${direction} limit ${values.add(limit)}`;
  const rows = await db.all<{ id: string; key: string }>(unprepared(text), values.list);
  return rows.map(({ id, key }) => ({ id, keys: part.titled === null ? [key] : [String(part.titled), key] }));
}

async function readPage(db: Db, question: Question, limit: number): Promise<Row[]> {
  const { after } = question;
  const parts = partsOf(question.sort, question.understood);
  const begun = after
    ? parts.findIndex(({ titled }) => titled === null || String(titled) === after.keys[0])
    : 0;
  const found: Row[] = [];
  for (const [i, part] of parts.entries()) {
    if (i < begun || found.length >= limit) continue;
    const from = i === begun ? after : null;
    found.push(...(await readPart(db, { ...question, after: from }, part, limit - found.length)));
  }
  return found;
}

/** Refuses INVALID_REQUEST for a date that is none, and for a cursor that is none of this order. */
export async function findEvents(db: Db, query: BrowseQuery): Promise<Result<FoundPage>> {
  const field = wrongEnd(query);
  if (field) return refuse('INVALID_REQUEST', { field }, 'This is not a date and time.');
  const understood = await understand(db, query);
  const sort = query.sort ?? (understood ? 'relevance' : 'date');
  const after = query.cursor === undefined ? null : placeOf(sort, query.cursor);
  if (query.cursor !== undefined && !after)
    return refuse('INVALID_REQUEST', { field: 'cursor' }, 'There is no such page.');
  if (understood && understood.wanted === null) return ok({ ids: [], nextCursor: null, readAs: null });
  const limit = query.limit ?? LIMITS.pageDefault;
  const found = await readPage(db, { query, sort, understood, after }, limit + 1);
  const last = found.length > limit ? found[limit - 1] : undefined;
  return ok({
    ids: found.slice(0, limit).map((row) => row.id),
    nextCursor: last ? cursorOf(sort, last) : null,
    readAs: understood?.readAs ?? null,
  });
}
