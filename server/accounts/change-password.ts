/** A new password for one's own account (rules A51, A52, A73). */
import type { Ids } from '../kernel/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import type { Db, Pool } from '../stores/index.ts';
import type { Letters } from './letters.ts';
import { passwordProblem } from './password-policy.ts';
import { type Owner, type ProveDeps, provePassword } from './prove.ts';
import { LOCK_USER, REPLACE_HASH, REVOKE_OTHER_SESSIONS, USER_BY_ID, type UserRow } from './statements.ts';

export interface PasswordDeps extends ProveDeps {
  db: Pool;
  ids: Ids;
  letters: Letters;
}

/** What the two passwords are called in the request: refusals name them so. */
interface PasswordChange {
  current: { field: string; password: string };
  next: { field: string; password: string };
}

/** Checks both; the hash of the new one, still to be kept. */
export async function prepareHash(
  deps: PasswordDeps,
  user: UserRow,
  { current, next }: PasswordChange,
  address: string,
): Promise<Result<string>> {
  const problem = passwordProblem(next.password, user);
  if (problem) return refuse('INVALID_REQUEST', { field: next.field }, problem);
  const proven = await provePassword(deps, user, { ...current, address });
  return proven.ok ? deps.hasher.hash(next.password) : proven;
}

/** Keeps it, under the account's lock: the sessions that ended, or null when another change was quicker. */
export async function keepHash(
  deps: Pick<PasswordDeps, 'ids' | 'letters'>,
  tx: Db,
  user: UserRow,
  change: { hash: string; keepSession: string },
): Promise<string[] | null> {
  const replaced = await tx.all(REPLACE_HASH, [user.id, user.password_hash, change.hash]);
  if (replaced.length === 0) return null;
  await deps.letters.spendAll(tx, user.id, ['reset_password', 'change_email']);
  await deps.letters.write(tx, {
    id: deps.ids.next(),
    userId: user.id,
    kind: 'password_changed',
    toAddress: user.email,
  });
  const ended = await tx.all<{ id: string }>(REVOKE_OTHER_SESSIONS, [
    user.id,
    change.keepSession,
    'password_changed',
  ]);
  return ended.map((row) => row.id);
}

/** The sessions that ended with the old password. */
export async function changePassword(
  deps: PasswordDeps,
  owner: Owner,
  { current, next }: { current: string; next: string },
): Promise<Result<string[]>> {
  const user = await deps.db.one<UserRow>(USER_BY_ID, [owner.userId]);
  if (!user) return refuse('NOT_FOUND');
  const hash = await prepareHash(
    deps,
    user,
    { current: { field: 'current', password: current }, next: { field: 'new', password: next } },
    owner.address,
  );
  if (!hash.ok) return hash;
  const ended = await deps.db.transaction(async (tx) => {
    await tx.all(LOCK_USER, [user.id]);
    return keepHash(deps, tx, user, { hash: hash.value, keepSession: owner.sessionId });
  });
  return ended ? ok(ended) : refuse('EDIT_CONFLICT');
}
