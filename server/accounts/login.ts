/** Log-in (rules A5 to A9): the same work and the same answer whether the account is unknown, disabled, or the password wrong. */
import { ok, type Result, refuse } from '../protocol/index.ts';
import type { Db } from '../stores/index.ts';
import type { Client } from './device.ts';
import type { Hasher } from './hasher.ts';
import { normaliseEmail } from './register.ts';
import type { OpenedSession, Sessions } from './sessions.ts';
import { REPLACE_HASH, USER_BY_EMAIL, type UserRow } from './statements.ts';
import type { Throttle } from './throttle.ts';

export interface LoginDeps {
  db: Db;
  hasher: Hasher;
  sessions: Sessions;
  throttle: Throttle;
}

export interface LoginAttempt extends Client {
  email: string;
  password: string;
  address: string;
}

/** INVALID_CREDENTIALS, RATE_LIMITED, or TEMPORARILY_UNAVAILABLE when too many hash at once. */
export async function login(deps: LoginDeps, attempt: LoginAttempt): Promise<Result<OpenedSession>> {
  const email = normaliseEmail(attempt.email);
  const allowed = await deps.throttle.attempt(email, attempt.address);
  if (!allowed.ok) return allowed;

  const user = await deps.db.one<UserRow>(USER_BY_EMAIL, [email]);
  const usable = user && !user.disabled_at ? user : null;
  const matched = await deps.hasher.verify(usable?.password_hash ?? null, attempt.password);
  if (!matched.ok) {
    // Nothing was guessed: we were too busy to look.
    await allowed.value();
    return matched;
  }
  if (!usable || !matched.value) return refuse('INVALID_CREDENTIALS');
  await allowed.value();

  if (deps.hasher.isOutdated(usable.password_hash)) {
    const stronger = await deps.hasher.hash(attempt.password);
    // When it is too busy for this, the next log-in does it.
    if (stronger.ok) await deps.db.all(REPLACE_HASH, [usable.id, usable.password_hash, stronger.value]);
  }
  const { id, name, role, created_at: createdAt } = usable;
  return ok(await deps.sessions.open({ id, email: usable.email, name, role, createdAt }, attempt));
}
