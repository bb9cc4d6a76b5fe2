/** Changing one's own account (rules A50 to A52). */
import { ok, type Result, refuse } from '../protocol/index.ts';
import type { Db } from '../stores/index.ts';
import type { Hasher } from './hasher.ts';
import { passwordProblem } from './password-policy.ts';
import { normaliseName } from './register.ts';
import { RENAME_USER, REPLACE_HASH, REVOKE_OTHER_SESSIONS, USER_BY_ID, type UserRow } from './statements.ts';
import type { Throttle } from './throttle.ts';

export interface ProfileDeps {
  db: Db;
  hasher: Hasher;
  throttle: Throttle;
}

export interface ProfileChange {
  name?: string | undefined;
  /** The new password; `currentPassword` proves that it is the owner who asks, and not whoever found the phone. */
  password?: string | undefined;
  currentPassword?: string | undefined;
}

export interface Changed {
  user: UserRow;
  /** Sessions that ended with the old password. */
  endedSessions: string[];
}

async function changePassword(
  deps: ProfileDeps,
  user: UserRow,
  change: { password: string; currentPassword: string; keepSession: string; address: string },
): Promise<Result<string[]>> {
  const problem = passwordProblem(change.password, user);
  if (problem) return refuse('INVALID_REQUEST', { field: 'password' }, problem);
  const allowed = await deps.throttle.attempt(user.email, change.address);
  if (!allowed.ok) return allowed;
  const matched = await deps.hasher.verify(user.password_hash, change.currentPassword);
  if (!matched.ok) return matched;
  if (!matched.value)
    return refuse('INVALID_REQUEST', { field: 'currentPassword' }, 'That is not your present password.');
  await allowed.value();
  const hashed = await deps.hasher.hash(change.password);
  if (!hashed.ok) return hashed;
  const replaced = await deps.db.all(REPLACE_HASH, [user.id, user.password_hash, hashed.value]);
  // Two changes at once: the other one won.
  if (replaced.length === 0) return refuse('EDIT_CONFLICT');
  const ended = await deps.db.all<{ id: string }>(REVOKE_OTHER_SESSIONS, [
    user.id,
    change.keepSession,
    'password_changed',
  ]);
  return ok(ended.map((row) => row.id));
}

export async function changeProfile(
  deps: ProfileDeps,
  who: { userId: string; sessionId: string; address: string },
  change: ProfileChange,
): Promise<Result<Changed>> {
  const user = await deps.db.one<UserRow>(USER_BY_ID, [who.userId]);
  if (!user) return refuse('NOT_FOUND');
  const name = change.name === undefined ? user.name : normaliseName(change.name);
  if (name === '') return refuse('INVALID_REQUEST', { field: 'name' }, 'Say what we may call you.');
  let endedSessions: string[] = [];
  if (change.password !== undefined) {
    if (change.currentPassword === undefined)
      return refuse('INVALID_REQUEST', { field: 'currentPassword' }, 'Give your present password too.');
    const { password, currentPassword } = change;
    const changed = await changePassword(deps, user, {
      password,
      currentPassword,
      keepSession: who.sessionId,
      address: who.address,
    });
    if (!changed.ok) return changed;
    endedSessions = changed.value;
  }
  const renamed = await deps.db.one<UserRow>(RENAME_USER, [user.id, name]);
  return renamed ? ok({ user: renamed, endedSessions }) : refuse('NOT_FOUND');
}
