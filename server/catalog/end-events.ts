/** E23: what has taken place is over: said once, by whichever worker comes first. */
import { LIMITS } from '../limits.ts';
import { type Db, statement } from '../stores/index.ts';
import type { Chore } from '../transport/index.ts';

const END = statement(
  'catalog_end_events',
  `update events.events set status = 'ended', version = version + 1, updated_at = now()
    where id in (select e.id from events.events e
                  where e.status = 'published' and e.start_at < now() - interval '${LIMITS.listedAfterStartHours} hours'
                  order by e.start_at limit $1 for update skip locked)
   returning id`,
);

/** Resolves with how many were ended; a full batch means there may be more. */
export async function endEvents(db: Db, atMost: number = LIMITS.endEventsMax): Promise<number> {
  return (await db.all(END, [atMost])).length;
}

export const endEventsChore = (db: Db): Chore => ({
  name: 'event_ended',
  everyMs: LIMITS.endEventsEveryMs,
  shared: true,
  async work() {
    const done = await endEvents(db);
    return { done, more: done === LIMITS.endEventsMax };
  },
});
