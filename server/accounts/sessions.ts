/**
 * Sessions: a family of refresh tokens, of which one at a time is good (rules A10 to A16).
 *
 *   open ─▶ T0 ─refresh▶ T1 ─refresh▶ T2 …      each spent once, its hash kept
 *            └─ T0 again, within 10 s: the same T1 (two tabs, a lost answer)
 *            └─ T0 again, later: theft ─▶ the family is revoked
 *
 * A successor is derived from its predecessor, so that the same question has the same answer. A thief who is quick enough to
 * get it too shares it with the owner: the next of them to spend it second is caught. (Handing out a second successor
 * instead would give the thief a branch of his own that nobody ever notices.)
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Ids } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, type Role, refuse } from '../protocol/index.ts';
import type { Db, Pool } from '../stores/index.ts';
import { type Client, deviceOf } from './device.ts';
import {
  INSERT_REFRESH_TOKEN,
  LOCK_SESSION,
  OPEN_SESSION,
  READ_REFRESH_TOKEN,
  REVOKE_SESSION,
  REVOKE_SESSIONS_OF_USER,
  SESSION_OF_TOKEN,
  SPEND_REFRESH_TOKEN,
  TIDY_SESSIONS,
  TOUCH_SESSION,
} from './statements.ts';

export interface SessionOwner {
  id: string;
  email: string;
  name: string;
  role: Role;
  createdAt: Date;
}

export interface OpenedSession {
  sessionId: string;
  refreshToken: string;
  user: SessionOwner;
}

interface LockedSession {
  id: string;
  user_id: string;
  email: string;
  name: string;
  role: Role;
  created_at: Date;
  over: boolean;
}

const TOKEN = /^hfr_[A-Za-z0-9_-]{43}$/;
const spell = (secret: Buffer) => `hfr_${secret.toString('base64url')}`;
const hashOf = (token: string) => createHash('sha256').update(token).digest();

export interface Sessions {
  open(user: SessionOwner, client?: Client): Promise<OpenedSession>;
  /** TOKEN_INVALID, TOKEN_EXPIRED, REFRESH_REUSED (the session is revoked then), or REQUEST_IN_PROGRESS. */
  refresh(token: string, client?: Client): Promise<Result<OpenedSession>>;
  /** Ends the session a refresh token belongs to, spent or not; null when there is none. */
  revokeByToken(token: string, reason: string): Promise<string | null>;
  revoke(sessionId: string, reason: string): Promise<void>;
  revokeAll(userId: string, reason: string): Promise<string[]>;
  /** Deletes sessions that ended long ago; returns how many. */
  tidy(max?: number): Promise<number>;
}

export function createSessions({ db, ids, keys }: { db: Pool; ids: Ids; keys: KeyRing }): Sessions {
  /** Ed25519 signatures are deterministic, and nobody without the key can make one. */
  function successorOf(token: string): string {
    const { signature } = keys.sign('access', Buffer.from(`holdfast refresh successor\n${token}`));
    return spell(createHash('sha256').update(signature).digest());
  }

  async function rotate(tx: Db, token: string, session: LockedSession): Promise<Result<string>> {
    const known = await tx.one<{ used: boolean; in_grace: boolean }>(READ_REFRESH_TOKEN, [
      hashOf(token),
      LIMITS.refreshGraceSeconds,
    ]);
    const successor = successorOf(token);
    if (known?.used === false) {
      await tx.all(SPEND_REFRESH_TOKEN, [hashOf(token)]);
      await tx.all(INSERT_REFRESH_TOKEN, [hashOf(successor), session.id]);
      return ok(successor);
    }
    if (known?.in_grace) {
      const next = await tx.one<{ used: boolean }>(READ_REFRESH_TOKEN, [hashOf(successor), 0]);
      // Its successor was spent already: whoever asks is late, gets nothing, and need not be a thief.
      return next?.used === false ? ok(successor) : refuse('REQUEST_IN_PROGRESS', { retryAfterMs: 1_000 });
    }
    await tx.all(REVOKE_SESSION, [session.id, 'refresh_reused']);
    return refuse('REFRESH_REUSED');
  }

  return {
    async open(user, client = {}) {
      const device = deviceOf(client);
      const sessionId = ids.next();
      const refreshToken = spell(randomBytes(32));
      await db.transaction(async (tx) => {
        const days = LIMITS.refreshTokenDays;
        await tx.all(OPEN_SESSION, [sessionId, user.id, days, device.name, device.network]);
        await tx.all(INSERT_REFRESH_TOKEN, [hashOf(refreshToken), sessionId]);
      });
      return { sessionId, refreshToken, user };
    },

    async refresh(token, client = {}) {
      const device = deviceOf(client);
      if (!TOKEN.test(token)) return refuse('TOKEN_INVALID');
      return db.transaction(async (tx) => {
        const found = await tx.one<{ session_id: string }>(SESSION_OF_TOKEN, [hashOf(token)]);
        if (!found) return refuse('TOKEN_INVALID');
        const session = await tx.one<LockedSession>(LOCK_SESSION, [found.session_id]);
        if (!session || session.over) return refuse('TOKEN_EXPIRED');
        const rotated = await rotate(tx, token, session);
        if (!rotated.ok) return rotated;
        await tx.all(TOUCH_SESSION, [session.id, device.name, device.network]);
        const { user_id: id, email, name, role, created_at: createdAt } = session;
        return ok({
          sessionId: session.id,
          refreshToken: rotated.value,
          user: { id, email, name, role, createdAt },
        });
      });
    },

    async revokeByToken(token, reason) {
      if (!TOKEN.test(token)) return null;
      const found = await db.one<{ session_id: string }>(SESSION_OF_TOKEN, [hashOf(token)]);
      if (!found) return null;
      await db.all(REVOKE_SESSION, [found.session_id, reason]);
      return found.session_id;
    },

    async revoke(sessionId, reason) {
      await db.all(REVOKE_SESSION, [sessionId, reason]);
    },

    async revokeAll(userId, reason) {
      return (await db.all<{ id: string }>(REVOKE_SESSIONS_OF_USER, [userId, reason])).map((row) => row.id);
    },

    async tidy(max = 1_000) {
      return (await db.all(TIDY_SESSIONS, [LIMITS.endedSessionDays, max])).length;
    },
  };
}
