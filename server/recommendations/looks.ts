/**
 * Looks at events, gathered in memory and written about once a second in one statement (rules J1, J2): reading an event's page
 * waits for nothing. A process that ends suddenly loses what it had gathered, which costs a suggestion some of its fit.
 */
import type { Clock, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Ledger, statement } from '../stores/index.ts';

/**
 * Whoever is just changing their profile is left out: they may be switching this off, and what is written after that would
 * stay. The lock keeps such a change waiting until what is written here is there to be forgotten by it.
 */
const LOCK = statement(
  'recommendations_lock_viewers',
  `select id from accounts.users where id = any ($1::uuid[]) and disabled_at is null order by id for share skip locked`,
);
/** One row per person, event and day, of events that are public and not one's own. */
const WRITE = statement(
  'recommendations_write_views',
  `insert into recommendations.views (user_id, event_id, day, at)
   select v.user_id, e.id, (v.at at time zone 'utc')::date, v.at
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as v (user_id, event_id, at)
     join events.events e on e.id = v.event_id and e.status in ('published', 'ended') and e.vendor_id <> v.user_id
     left join accounts.preferences p on p.user_id = v.user_id
    where v.user_id = any ($4::uuid[]) and coalesce(p.personalised, true)
   on conflict do nothing`,
);

export interface Looks {
  /** Somebody looked at an event just now. Returns at once. */
  see(userId: string, eventId: string): void;
  /** Writes what is gathered; resolves when it is written, or given up (which is logged). */
  flush(): Promise<void>;
  /** Ends its timer and writes the rest. */
  stop(): Promise<void>;
}

export function createLooks(deps: { ledger: Pick<Ledger, 'reads'>; clock: Clock; log: Logger }): Looks {
  const { ledger, clock, log } = deps;
  let waiting = new Map<string, { userId: string; eventId: string; atMs: number }>();
  let writing: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function write(looks: readonly { userId: string; eventId: string; atMs: number }[]): Promise<void> {
    const people = [...new Set(looks.map(({ userId }) => userId))];
    await ledger.reads.transaction(async (tx) => {
      const locked = await tx.all<{ id: string }>(LOCK, [people]);
      await tx.all(WRITE, [
        looks.map(({ userId }) => userId),
        looks.map(({ eventId }) => eventId),
        looks.map(({ atMs }) => new Date(atMs)),
        locked.map(({ id }) => id),
      ]);
    });
  }

  async function drain(): Promise<void> {
    const looks = [...waiting.values()];
    waiting = new Map();
    if (looks.length === 0) return;
    try {
      await write(looks);
    } catch (err) {
      // Kept for another try they would pile up while the ledger is away; they are not worth it.
      log.warn({ err, looks: looks.length }, 'looks at events were not written');
    }
  }

  /** What comes while some are written stays where it is counted: behind a ledger that hangs nothing piles up. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (!writing) {
      writing = drain().finally(() => {
        writing = undefined;
      });
      return writing;
    }
    next ??= writing.then(() => {
      next = undefined;
      return flush();
    });
    return next;
  }

  return {
    see(userId, eventId) {
      const key = `${userId} ${eventId}`;
      if (waiting.size >= LIMITS.viewsWaitingMax && !waiting.has(key)) return;
      waiting.set(key, { userId, eventId, atMs: clock.now() });
      timer ??= setTimeout(flush, LIMITS.viewsEveryMs).unref();
    },
    flush,
    stop: flush,
  };
}
