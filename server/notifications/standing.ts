/**
 * What there is to say of a notice as things stand now (rule N28): whatever was moved, paused, sold out or given back since it was
 * written down counts. Pure but for the two reads.
 */
import { LIMITS } from '../limits.ts';
import { forecast } from '../queue/index.ts';
import { type Db, sqlFile, statement } from '../stores/index.ts';
import type { NoticeKind } from './kinds.ts';
import { daysBetween } from './quiet.ts';
import type { Suggest } from './suggest.ts';
import { MAIL_WORDS, oneLine, type Said, WORDS } from './words.ts';

const LINE_FACTS = sqlFile(import.meta.url, 'line-facts.sql');
const EVENT_FACTS = sqlFile(import.meta.url, 'event-facts.sql');
/** What is suggested must still be bought: looked at last. */
const ON_SALE = statement(
  'notices_on_sale',
  `select e.id, e.title, e.start_at as "startAt", e.time_zone as "timeZone", e.venue_name as "venue" from events.events e
     join ticketing.drops d on d.event_id = e.id
    where e.id = any ($1) and e.status = 'published' and e.start_at > now() and d.phase in ('scheduled', 'lobby', 'drawing', 'live')`,
);

export interface Noticed {
  id: string;
  userId: string;
  kind: NoticeKind;
}

export interface LineFacts {
  title: string;
  dropId: string;
  phase: string;
  state: string;
  number: number | null;
  claimBy: Date | null;
  serving: number;
  calls: number;
  seconds: number;
  free: number;
  taken: number;
}

export interface EventFacts {
  eventId: string;
  title: string;
  status: string;
  startAt: Date;
  timeZone: string;
  venue: string;
  dropId: string | null;
  phase: string | null;
  opensAt: Date | null;
  lobbyOpensAt: Date | null;
  holds: boolean;
  held: boolean;
  reminded: boolean;
  superseded: boolean;
}

/** `again`: not now, and to be found anew when it is so again. `gone`: never more. */
export type Standing =
  | { say: 'tell'; said: Said; url: string; tag: string; dropId?: string; lines?: string[] }
  | { say: 'again' }
  | { say: 'gone'; why: string };

const gone = (why: string): Standing => ({ say: 'gone', why });

/** @param now ms since 1970 */
export function lineStanding(kind: NoticeKind, facts: LineFacts | undefined, now: number): Standing {
  if (!facts) return gone('the place is gone');
  const { dropId, state, number, claimBy, phase } = facts;
  const told = { url: `/d/${dropId}`, tag: `turn-${dropId}`, dropId };
  const title = oneLine(facts.title);
  if (kind === 'turn_called') {
    if (state !== 'called' || !claimBy) return gone(`the place is ${state}`);
    // While a sale is paused its clock stands still; what goes on afterwards is another call.
    if (phase === 'paused') return gone('the sale is paused');
    const left = Math.floor((claimBy.getTime() - now) / 1_000);
    return left > 0
      ? { say: 'tell', said: WORDS.turnCalled(title, left), ...told }
      : gone('the call has lapsed');
  }
  if (state !== 'waiting' || number === null) return gone(`the place is ${state}`);
  if (phase === 'ended' || phase === 'canceled') return gone('the sale is over');
  if (phase !== 'live') return { say: 'again' };
  const ahead = Math.max(0, number - facts.serving - 1);
  const { earliestSeconds } = forecast(
    ahead,
    { calls: facts.calls, seconds: facts.seconds },
    { free: facts.free, taken: facts.taken, called: facts.serving },
  );
  // Nothing is free just now, or nobody is called any more: a turn would be none.
  if (facts.free === 0 || earliestSeconds === null) return { say: 'again' };
  const expected = ((ahead + 1) * facts.seconds) / facts.calls;
  if (expected > LIMITS.turnSoonMostSeconds) return { say: 'again' };
  return { say: 'tell', said: WORDS.turnSoon(title, Math.round(expected / 60)), ...told };
}

const BEFORE_DOORS = ['scheduled', 'lobby'];

/** @param now ms since 1970 */
export function eventStanding(kind: NoticeKind, facts: EventFacts | undefined, now: number): Standing {
  if (!facts) return gone('the event is gone');
  const { eventId, dropId, status, startAt, timeZone, opensAt } = facts;
  const [title, venue] = [oneLine(facts.title), oneLine(facts.venue)];
  const start = startAt.getTime();
  if (kind === 'event_canceled') {
    if (status !== 'canceled') return gone('the event is not canceled');
    const said = facts.held ? WORDS.eventCanceled(title) : WORDS.reminderCanceled(title);
    return { say: 'tell', said, url: `/e/${eventId}`, tag: `event-${eventId}` };
  }
  if (status !== 'published' || start <= now) return gone('the event is over');
  if (kind === 'day_before' || kind === 'event_moved') {
    if (!facts.holds) return gone('the tickets are given back');
    if (kind === 'event_moved')
      return facts.superseded
        ? gone('it was changed again')
        : {
            say: 'tell',
            said: WORDS.eventMoved(title, venue, start, timeZone),
            url: `/e/${eventId}`,
            tag: `event-${eventId}`,
          };
    const days = daysBetween(timeZone, now, start);
    if (days > 1) return gone('the event was moved');
    return {
      say: 'tell',
      said: WORDS.dayBefore(title, venue, days, start, timeZone),
      url: '/my/tickets',
      tag: `day-${eventId}`,
    };
  }
  if (!facts.reminded) return gone('nobody wants to be reminded any more');
  if (!dropId || !opensAt || !BEFORE_DOORS.includes(facts.phase ?? '') || opensAt.getTime() <= now)
    return gone('the sale has begun, or was stopped');
  const told = { url: `/d/${dropId}`, tag: `sale-${dropId}`, dropId };
  if (kind === 'lobby_open') {
    const open = facts.lobbyOpensAt && facts.lobbyOpensAt.getTime() <= now;
    return open
      ? { say: 'tell', said: WORDS.lobbyOpen(title, opensAt.getTime(), timeZone), ...told }
      : gone('the lobby was moved');
  }
  const left = (opensAt.getTime() - now) / 1_000;
  if (left > LIMITS.doorsSoonSeconds + 60) return gone('the doors were moved');
  return { say: 'tell', said: WORDS.doorsSoon(title, Math.ceil(left / 60)), ...told };
}

interface Offer {
  id: string;
  title: string;
  startAt: Date;
  timeZone: string;
  venue: string;
}

async function suggestionStandings(
  db: Db,
  suggest: Suggest,
  notices: readonly Noticed[],
): Promise<Map<string, Standing>> {
  const picks = await suggest(
    notices.map(({ userId }) => userId),
    LIMITS.suggestionsPerNotice,
  );
  const wanted = [...new Set([...picks.values()].flat().map(({ eventId }) => eventId))];
  const offers = new Map((await db.all<Offer>(ON_SALE, [wanted])).map((offer) => [offer.id, offer]));
  return new Map(
    notices.map(({ id, userId }): [string, Standing] => {
      const good = (picks.get(userId) ?? []).filter(({ eventId }) => offers.has(eventId));
      const [first] = good;
      const offer = first && offers.get(first.eventId);
      if (!first || !offer) return [id, gone('there is nothing to suggest')];
      return [
        id,
        {
          say: 'tell',
          said: WORDS.suggestion(oneLine(offer.title), good.length - 1, oneLine(first.why)),
          url: `/e/${offer.id}`,
          tag: 'suggestion',
          lines: good.map(({ eventId }) => {
            const { title, startAt, timeZone, venue } = offers.get(eventId) as Offer;
            return MAIL_WORDS.suggested(oneLine(title), startAt.getTime(), timeZone, oneLine(venue));
          }),
        },
      ];
    }),
  );
}

const isLine = (kind: NoticeKind) => kind === 'turn_soon' || kind === 'turn_called';

/** By notice: every one of them has an answer. */
export async function readStandings(
  db: Db,
  suggest: Suggest,
  notices: readonly Noticed[],
  now: number,
): Promise<Map<string, Standing>> {
  const [lines, events, suggestions] = [
    notices.filter(({ kind }) => isLine(kind)),
    notices.filter(({ kind }) => !isLine(kind) && kind !== 'suggestion'),
    notices.filter(({ kind }) => kind === 'suggestion'),
  ];
  const ids = (some: readonly Noticed[]) => some.map(({ id }) => id);
  const [lineFacts, eventFacts, suggested] = await Promise.all([
    lines.length > 0 ? db.all<LineFacts & { id: string }>(LINE_FACTS, [ids(lines)]) : [],
    events.length > 0 ? db.all<EventFacts & { id: string }>(EVENT_FACTS, [ids(events)]) : [],
    suggestions.length > 0 ? suggestionStandings(db, suggest, suggestions) : new Map<string, Standing>(),
  ]);
  const byId = <T extends { id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]));
  const [lineOf, eventOf] = [byId(lineFacts), byId(eventFacts)];
  return new Map([
    ...lines.map(({ id, kind }): [string, Standing] => [id, lineStanding(kind, lineOf.get(id), now)]),
    ...events.map(({ id, kind }): [string, Standing] => [id, eventStanding(kind, eventOf.get(id), now)]),
    ...suggested,
  ]);
}
