/**
 * Whether a session still lives, asked of the ledger at most once every few seconds per session and process, many
 * sessions in one statement (rules A24, A25). So revoking cuts pages and sockets within `cacheMs` and one look-up.
 */
import type { Clock, Uuid } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { Role } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';

const LIVE_SESSIONS = statement(
  'live_sessions',
  `select s.id, u.role
     from accounts.sessions s join accounts.users u on u.id = s.user_id
    where s.id = any ($1::uuid[]) and s.revoked_at is null and s.expires_at > now() and u.disabled_at is null`,
);

const CACHE_MAX = 100_000;

export interface Liveness {
  /** The account's role today, or null when the session is over. @throws when the ledger cannot be asked */
  roleOf(sessionId: Uuid): Promise<Role | null>;
  /** Those of `sessionIds` that live, straight from the ledger in one statement: for an edge's rounds. */
  liveAmong(sessionIds: readonly Uuid[]): Promise<Set<Uuid>>;
  /** This process just ended the session: no cache may say otherwise. */
  forget(sessionId: Uuid): void;
  /** Whether this process ended the session, or heard that it was over, within a token's life: what it knows without asking. */
  knownOver(sessionId: Uuid): boolean;
}

interface Waiter {
  resolve(role: Role | null): void;
  reject(err: unknown): void;
}

export function createLiveness(db: Db, clock: Clock): Liveness {
  const cache = new Map<Uuid, { role: Role | null; until: number }>();
  /** Sessions that are over, and until when a token of theirs may be out; the longest known forgotten first. */
  const over = new Map<Uuid, number>();
  let gathering = new Map<Uuid, Waiter[]>();

  function noteOver(id: Uuid): void {
    over.delete(id);
    over.set(id, clock.now() + LIMITS.accessTokenSeconds * 1_000);
    if (over.size > CACHE_MAX) over.delete(over.keys().next().value as Uuid);
  }

  async function look(ids: readonly Uuid[]): Promise<Map<Uuid, Role>> {
    const rows = await db.all<{ id: Uuid; role: Role }>(LIVE_SESSIONS, [ids]);
    return new Map(rows.map((row) => [row.id, row.role]));
  }

  async function flush(): Promise<void> {
    const asked = gathering;
    gathering = new Map();
    // Counted from before the question: what the answer misses is at most this old.
    const until = clock.now() + LIMITS.sessionCacheMs;
    try {
      const live = await look([...asked.keys()]);
      for (const [id, waiters] of asked) {
        const role = live.get(id) ?? null;
        if (cache.size >= CACHE_MAX) cache.clear();
        cache.set(id, { role, until });
        if (role === null) noteOver(id);
        for (const waiter of waiters) waiter.resolve(role);
      }
    } catch (err) {
      for (const waiters of asked.values()) for (const waiter of waiters) waiter.reject(err);
    }
  }

  return {
    roleOf(sessionId) {
      const known = cache.get(sessionId);
      if (known && clock.now() < known.until) return Promise.resolve(known.role);
      return new Promise((resolve, reject) => {
        if (gathering.size === 0) setImmediate(() => void flush());
        const waiters = gathering.get(sessionId) ?? [];
        waiters.push({ resolve, reject });
        gathering.set(sessionId, waiters);
      });
    },
    async liveAmong(sessionIds) {
      return new Set((await look(sessionIds)).keys());
    },
    forget(sessionId) {
      cache.delete(sessionId);
      noteOver(sessionId);
    },
    knownOver: (sessionId) => clock.now() < (over.get(sessionId) ?? 0),
  };
}
