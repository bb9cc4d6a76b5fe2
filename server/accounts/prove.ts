/**
 * Whether it is the owner who asks, and not whoever found the phone: a log-in of a moment ago, or the password (rules A55, A90).
 */
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import type { Hasher } from './hasher.ts';
import type { UserRow } from './statements.ts';
import type { Throttle } from './throttle.ts';

const IS_RECENT = statement(
  'session_is_recent',
  `select 1 as one from accounts.sessions
    where id = $1 and user_id = $2 and revoked_at is null and proven_at > now() - make_interval(secs => $3)`,
);
const PROVEN = statement(
  'session_proven',
  'update accounts.sessions set proven_at = now() where id = $1 and user_id = $2 and revoked_at is null',
);

/** One's own account, asked from one of its sessions. */
export interface Owner {
  userId: string;
  sessionId: string;
  address: string;
}

export interface ProveDeps {
  db: Db;
  hasher: Hasher;
  throttle: Throttle;
}

/** INVALID_REQUEST at `field`, RATE_LIMITED, or TEMPORARILY_UNAVAILABLE. */
export async function provePassword(
  deps: ProveDeps,
  user: Pick<UserRow, 'email' | 'password_hash'>,
  given: { password: string; address: string; field: string },
): Promise<Result<null>> {
  const allowed = await deps.throttle.attempt(user.email, given.address);
  if (!allowed.ok) return allowed;
  const matched = await deps.hasher.verify(user.password_hash, given.password);
  if (matched.ok && !matched.value)
    return refuse('INVALID_REQUEST', { field: given.field }, 'That is not your present password.');
  // Right, or we were too busy to look: no guess was made.
  await allowed.value();
  return matched.ok ? ok(null) : matched;
}

/** LOGIN_NOT_RECENT when the session is older and no password came with the request. */
export async function proveOwner(
  deps: ProveDeps,
  owner: Owner,
  user: Pick<UserRow, 'email' | 'password_hash'>,
  currentPassword: string | undefined,
): Promise<Result<null>> {
  const { userId, sessionId, address } = owner;
  if (currentPassword === undefined) {
    const recent = await deps.db.one(IS_RECENT, [sessionId, userId, LIMITS.recentLoginSeconds]);
    return recent ? ok(null) : refuse('LOGIN_NOT_RECENT');
  }
  const proven = await provePassword(deps, user, {
    password: currentPassword,
    address,
    field: 'currentPassword',
  });
  if (proven.ok) await deps.db.all(PROVEN, [sessionId, userId]);
  return proven;
}
