/** "Remind me" on an event's page (rules N6, N7). */
import { LIMITS } from '../limits.ts';
import { ok, type ReminderView, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';

const EVENT = statement(
  'reminder_event',
  `select e.status, e.start_at > now() as ahead,
          (select count(*)::int from notifications.reminders r where r.user_id = $2) as count
     from events.events e where e.id = $1 and e.status <> 'draft'`,
);
const KEEP = statement(
  'reminder_keep',
  'insert into notifications.reminders (user_id, event_id) values ($1, $2) on conflict do nothing',
);
const REMOVE = statement(
  'reminder_remove',
  'delete from notifications.reminders where user_id = $1 and event_id = $2',
);
const MINE = statement(
  'reminders_mine',
  `select r.event_id as "eventId", e.title, e.start_at as "startsAt", e.time_zone as "timeZone",
          d.lobby_opens_at as "lobbyOpensAt", d.opens_at as "opensAt"
     from notifications.reminders r join events.events e on e.id = r.event_id
     left join ticketing.drops d on d.event_id = e.id
    where r.user_id = $1 and e.status = 'published' and e.start_at > now() order by coalesce(d.opens_at, e.start_at), e.id`,
);

interface Row {
  eventId: string;
  title: string;
  startsAt: Date;
  timeZone: string;
  lobbyOpensAt: Date | null;
  opensAt: Date | null;
}

export interface Reminders {
  /** Refuses NOT_FOUND, INVALID_STATE (over, canceled, or too many), and is kept once however often it is asked. */
  keep(userId: string, eventId: string): Promise<Result<void>>;
  /** There is none afterwards; whether there was one is nobody's business. */
  remove(userId: string, eventId: string): Promise<void>;
  /** Those still ahead, the next sale first. */
  mine(userId: string): Promise<ReminderView[]>;
}

export const createReminders = (db: Db): Reminders => ({
  async keep(userId, eventId) {
    const event = await db.one<{ status: string; ahead: boolean; count: number }>(EVENT, [eventId, userId]);
    if (!event) return refuse('NOT_FOUND');
    if (event.status !== 'published' || !event.ahead)
      return refuse(
        'INVALID_STATE',
        { status: event.status },
        'This event is over: there is nothing to be reminded of.',
      );
    if (event.count >= LIMITS.remindersPerAccountMax)
      return refuse(
        'INVALID_STATE',
        { max: LIMITS.remindersPerAccountMax },
        'You have as many reminders as there can be.',
      );
    await db.all(KEEP, [userId, eventId]);
    return ok(undefined);
  },
  async remove(userId, eventId) {
    await db.all(REMOVE, [userId, eventId]);
  },
  async mine(userId) {
    const rows = await db.all<Row>(MINE, [userId]);
    return rows.map((row) => ({
      ...row,
      startsAt: row.startsAt.toISOString(),
      lobbyOpensAt: row.lobbyOpensAt?.toISOString() ?? null,
      opensAt: row.opensAt?.toISOString() ?? null,
    }));
  },
});
