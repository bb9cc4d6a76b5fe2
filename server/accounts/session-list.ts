/** Where one is logged in, and ending it there (rules A80, A81). */
import { ok, type Result, refuse, type SessionView } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { REVOKE_OTHER_SESSIONS } from './statements.ts';

const LIVING = statement(
  'accounts_living_sessions',
  `select id, device, network, created_at as "createdAt", last_used_at as "lastUsedAt", id = $2 as current
     from accounts.sessions where user_id = $1 and revoked_at is null and expires_at > now()
    order by id = $2 desc, last_used_at desc, id limit $3`,
);
const END_ONE = statement(
  'accounts_end_session',
  `update accounts.sessions set revoked_at = now(), revoked_reason = 'ended_by_owner'
    where id = $1 and user_id = $2 and revoked_at is null and expires_at > now() returning id`,
);

/** More than anybody looks through; the newest come first. */
const SHOWN_MAX = 100;

type LivingRow = Omit<SessionView, 'createdAt' | 'lastUsedAt'> & { createdAt: Date; lastUsedAt: Date };

export interface Whose {
  userId: string;
  sessionId: string;
}

export async function listSessions(db: Db, { userId, sessionId }: Whose): Promise<SessionView[]> {
  const rows = await db.all<LivingRow>(LIVING, [userId, sessionId, SHOWN_MAX]);
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
  }));
}

/** NOT_FOUND: another's, ended already, or none. */
export async function endSession(db: Db, userId: string, sessionId: string): Promise<Result<null>> {
  return (await db.one(END_ONE, [sessionId, userId])) ? ok(null) : refuse('NOT_FOUND');
}

/** All but the one that asks: those that ended. */
export async function endOtherSessions(db: Db, { userId, sessionId }: Whose): Promise<string[]> {
  const ended = await db.all<{ id: string }>(REVOKE_OTHER_SESSIONS, [userId, sessionId, 'ended_by_owner']);
  return ended.map((row) => row.id);
}
