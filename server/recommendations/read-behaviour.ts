/** What there is to learn from, page by page, the newest first: never more than a page is in this thread's memory. */
import { LIMITS } from '../limits.ts';
import { type Db, statement } from '../stores/index.ts';
import type { EventFacts } from './event-facts.ts';
import { FACTS, type FactsRow, factsOf } from './facts-rows.ts';
import type { DeedRow } from './train-thread.ts';

const BOUGHT = statement(
  'recommendations_learn_bought',
  `select k.id, k.owner_user_id as "userId", k.event_id as "eventId", k.created_at as at, k.status as status
     from ticketing.tickets k
    where k.id < $1 and k.id >= events.first_id_at(now() - make_interval(days => $2))
    order by k.id desc limit $3`,
);
const SEEN = statement(
  'recommendations_learn_seen',
  `select v.at, v.user_id as "userId", v.event_id as "eventId", v.at as at from recommendations.views v
    where (v.at, v.user_id, v.event_id) < ($1, $2, $3) order by v.at desc, v.user_id desc, v.event_id desc limit $4`,
);
const OFF = statement(
  'recommendations_switched_off',
  'select user_id as "userId" from accounts.preferences where not personalised and user_id = any ($1::uuid[])',
);
const EVENTS = statement(
  'recommendations_learn_events',
  `select ${FACTS} from events.events e left join events.listings l on l.event_id = e.id
    where e.id = any ($1::uuid[])`,
);
/** What nobody may have touched yet: without it a model would be judged on events that sold, among events that sold. */
const LATELY = statement(
  'recommendations_learn_lately',
  `select ${FACTS} from events.listings l join events.events e on e.id = l.event_id
    where l.start_at > now() - interval '120 days' and e.id > $1 order by e.id limit $2`,
);

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
/** What came back is no wish to go. */
const LIVE = new Set(['issued', 'transferred', 'redeemed']);

interface Row {
  id?: string;
  userId: string;
  eventId: string;
  at: Date;
  status?: string;
}

export interface Into {
  events(facts: EventFacts[]): void;
  deeds(bought: boolean, rows: DeedRow[]): void;
}

/** Hands everything to `into`, events before the deeds that name them. Returns how many deeds. */
export async function readBehaviour(db: Db, into: Into): Promise<number> {
  const page = LIMITS.learnPageMax;
  const known = new Set<string>();
  const hand = (rows: readonly FactsRow[]): void => {
    const fresh = rows.filter(({ id }) => !known.has(id));
    for (const { id } of fresh) known.add(id);
    if (fresh.length > 0) into.events(fresh.map(factsOf));
  };
  for (let after = FIRST_ID; known.size < LIMITS.learnedEventsMax; ) {
    const rows = await db.all<FactsRow>(LATELY, [after, page]);
    hand(rows);
    if (rows.length < page) break;
    after = (rows.at(-1) as FactsRow).id;
  }
  let deeds = 0;
  async function give(bought: boolean, rows: readonly Row[]): Promise<void> {
    const unknown = [...new Set(rows.map(({ eventId }) => eventId))].filter((id) => !known.has(id));
    if (unknown.length > 0) hand(await db.all<FactsRow>(EVENTS, [unknown]));
    const people = [...new Set(rows.map(({ userId }) => userId))];
    const off = new Set((await db.all<{ userId: string }>(OFF, [people])).map(({ userId }) => userId));
    const kept = rows.filter(({ userId }) => !off.has(userId));
    deeds += kept.length;
    into.deeds(
      bought,
      kept.map(({ userId, eventId, at }) => [userId, eventId, at.getTime()]),
    );
  }
  for (let below = LAST_ID; deeds < LIMITS.learnedDeedsMax; ) {
    const rows = await db.all<Row>(BOUGHT, [below, LIMITS.learnedBackDays, page]);
    await give(
      true,
      rows.filter(({ status }) => LIVE.has(status as string)),
    );
    if (rows.length < page) break;
    below = (rows.at(-1) as Row).id as string;
  }
  for (let below: unknown[] = ['infinity', LAST_ID, LAST_ID]; deeds < LIMITS.learnedDeedsMax; ) {
    const rows = await db.all<Row>(SEEN, [...below, page]);
    await give(false, rows);
    if (rows.length < page) break;
    const last = rows.at(-1) as Row;
    below = [last.at, last.userId, last.eventId];
  }
  return deeds;
}
