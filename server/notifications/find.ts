/**
 * Finds what is to be told and writes it down (rules N20 to N27). Each round is set-based and may run anywhere, any number of times at
 * once: what a fan is told of a subject is one row, whoever writes it. Nothing is written ahead of its time, so that what was moved in
 * between needs no taking back.
 */
import { LIMITS } from '../limits.ts';
import { type Db, sqlFile, statement } from '../stores/index.ts';
import { atHour } from './quiet.ts';

const SOON = sqlFile(import.meta.url, 'find-soon.sql');
const CALLED = sqlFile(import.meta.url, 'find-called.sql');
const REMINDERS = sqlFile(import.meta.url, 'find-reminders.sql');
const HOLDERS = sqlFile(import.meta.url, 'find-holders.sql');

/** The day before begins up to 48 hours before the start, and a zone may be half a day away. */
const NEAR = statement(
  'notices_near_events',
  `select e.id, e.start_at as "startAt", e.time_zone as "timeZone", now() as now from events.events e
    where e.status = 'published' and e.start_at > now() and e.start_at < now() + interval '60 hours'`,
);
const EVENT = statement(
  'notices_event',
  `select e.status, e.start_at as "startAt", e.updated_at as "updatedAt" from events.events e where e.id = $1`,
);
/** Tickets that went back because of the cancelation went back after it. */
const CANCELED = statement(
  'notices_canceled',
  `insert into notifications.notices (id, user_id, kind, subject, event_id, urgent, expires_at)
   select gen_random_uuid(), h.user_id, 'event_canceled', $1::uuid::text, $1, false, greatest($2::timestamptz, now() + interval '6 hours')
     from (select k.owner_user_id as user_id from ticketing.tickets k
            where k.event_id = $1 and (k.status in ('issued', 'transferred') or (k.status = 'refunded' and k.updated_at >= $3))
           union select r.user_id from notifications.reminders r where r.event_id = $1) h
    where exists (select from notifications.devices v where v.user_id = h.user_id and v.ended_at is null)
      and not exists (select from notifications.notices t
        where t.user_id = h.user_id and t.kind = 'event_canceled' and t.subject = $1::uuid::text)
    limit $4
   on conflict on constraint told_once do nothing returning user_id`,
);
/** Whose last suggestion is a week old, or who never had one: taking the week's turn and writing the notice is one statement. */
const SUGGESTIONS = statement(
  'notices_suggestions',
  `with willing as (
     select f.user_id from accounts.preferences f
       left join notifications.suggested s on s.user_id = f.user_id
      where f.suggestions and (f.by_push or f.by_email) and (s.at is null or s.at <= now() - make_interval(secs => $1))
      limit $2),
   taken as (
     insert into notifications.suggested as s (user_id, at) select user_id, now() from willing
     on conflict (user_id) do update set at = now() where s.at <= now() - make_interval(secs => $1)
     returning user_id, at)
   insert into notifications.notices (id, user_id, kind, subject, urgent, expires_at)
   select gen_random_uuid(), user_id, 'suggestion', extract(epoch from at)::text, false, now() + interval '3 days' from taken
   on conflict on constraint told_once do nothing returning user_id`,
);

export interface Finding {
  soon(): Promise<number>;
  called(): Promise<number>;
  reminders(): Promise<number>;
  dayBefore(): Promise<number>;
  suggestions(): Promise<number>;
  /** `subject`: which change of the event it is. */
  moved(eventId: string, subject: string): Promise<number>;
  canceled(eventId: string): Promise<number>;
}

interface Near {
  id: string;
  startAt: Date;
  timeZone: string;
  now: Date;
}

/** @param max rows in one statement; default limits.ts */
export function createFinding(db: Db, max: number = LIMITS.noticesFoundMax): Finding {
  const run = async (...args: Parameters<Db['all']>): Promise<number> => (await db.all(...args)).length;
  /** Until a round finds less than it may. */
  async function all(round: () => Promise<number>): Promise<number> {
    let found = 0;
    for (;;) {
      const more = await round();
      found += more;
      if (more < max) return found;
    }
  }
  const holders = (
    eventId: string,
    kind: string,
    subject: string,
    until: Date,
    boughtBefore: Date | null,
    delay = 0,
  ): Promise<number> => all(() => run(HOLDERS, [eventId, kind, subject, until, boughtBefore, delay, max]));

  return {
    soon: () => all(() => run(SOON, [LIMITS.turnSoonSeconds, LIMITS.turnSoonLeastSeconds, max])),
    called: () => all(() => run(CALLED, [max])),
    reminders: () => all(() => run(REMINDERS, [LIMITS.doorsSoonSeconds, max])),
    async dayBefore() {
      let found = 0;
      for (const { id, startAt, timeZone, now } of await db.all<Near>(NEAR)) {
        const due = atHour(timeZone, startAt.getTime(), -1, `${LIMITS.dayBeforeHour}:00`);
        const late = now.getTime() - due;
        if (late < 0 || late > LIMITS.dayBeforeLateSeconds * 1_000) continue;
        const subject = `${id}:${Math.floor(startAt.getTime() / 1_000)}`;
        // Whoever buys on the day before has just read when it is.
        found += await holders(id, 'day_before', subject, startAt, new Date(due));
      }
      return found;
    },
    suggestions: () => all(() => run(SUGGESTIONS, [LIMITS.suggestPauseSeconds, max])),
    async moved(eventId, subject) {
      const event = await db.one<{ status: string; startAt: Date }>(EVENT, [eventId]);
      if (event?.status !== 'published') return 0;
      return holders(eventId, 'event_moved', subject, event.startAt, null, LIMITS.eventMovedDelaySeconds);
    },
    async canceled(eventId) {
      const event = await db.one<{ status: string; startAt: Date; updatedAt: Date }>(EVENT, [eventId]);
      if (event?.status !== 'canceled') return 0;
      return all(() => run(CANCELED, [eventId, event.startAt, event.updatedAt, max]));
    },
  };
}
