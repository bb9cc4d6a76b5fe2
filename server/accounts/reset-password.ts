/**
 * A forgotten password (rules A70 to A72).
 *
 *   asked: one row in the outbox, whoever is named ─job▶ is there such an account? ─▶ its letter ─▶ the link, once, for a while
 *
 * The account is looked for by the worker: whoever asks can learn nothing from the answer or from the time it took.
 */
import type { Ids } from '../kernel/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Pool, statement } from '../stores/index.ts';
import type { Hasher } from './hasher.ts';
import type { Letters } from './letters.ts';
import { passwordProblem } from './password-policy.ts';
import { normaliseEmail } from './register.ts';
import { LOCK_USER, REVOKE_SESSIONS_OF_USER, USER_BY_EMAIL, USER_BY_ID, type UserRow } from './statements.ts';
import type { Throttle } from './throttle.ts';
import { deadLink } from './verify-email.ts';

const ASK = statement(
  'accounts_forgot',
  `insert into ticketing.outbox (topic, payload)
   values ('account.forgot', jsonb_build_object('email', $1::text, 'letterId', $2::uuid))`,
);
// Whoever read the mail owns the mailbox.
const NEW_HASH = statement(
  'accounts_new_hash',
  `update accounts.users set password_hash = $2, email_verified_at = coalesce(email_verified_at, now()),
          version = version + 1, updated_at = now() where id = $1`,
);

export interface ResetDeps {
  db: Pool;
  ids: Ids;
  hasher: Hasher;
  letters: Letters;
  throttle: Throttle;
}

/** The same answer and the same work whether the account exists or not. RATE_LIMITED. */
export async function forgot(
  { db, ids, throttle }: ResetDeps,
  asked: { email: string; address: string },
): Promise<Result<null>> {
  const email = normaliseEmail(asked.email);
  const allowed = await throttle.forgot(email, asked.address);
  if (!allowed.ok) return allowed;
  await db.all(ASK, [email, ids.next()]);
  return ok(null);
}

/** The worker's part; may run any number of times. */
export async function sendReset(
  { db, letters }: Pick<ResetDeps, 'db' | 'letters'>,
  payload: unknown,
): Promise<void> {
  const { email, letterId } = payload as { email: string; letterId: string };
  const user = await db.one<UserRow>(USER_BY_EMAIL, [email]);
  if (user && !user.disabled_at)
    await letters.write(db, { id: letterId, userId: user.id, kind: 'reset_password', toAddress: user.email });
}

/** The sessions that ended. LINK_NOT_VALID, or INVALID_REQUEST for a password that will not do: the link stays good. */
export async function resetPassword(
  deps: ResetDeps,
  given: { secret: string; password: string },
): Promise<Result<string[]>> {
  const { db, letters } = deps;
  // Before anything is hashed: a made-up link costs one look.
  const letter = await letters.find(given.secret);
  if (letter?.kind !== 'reset_password') return deadLink();
  const user = await db.one<UserRow>(USER_BY_ID, [letter.userId]);
  if (!user || user.disabled_at || user.email !== letter.toAddress) return deadLink();
  const problem = passwordProblem(given.password, user);
  if (problem) return refuse('INVALID_REQUEST', { field: 'password' }, problem);
  const hash = await deps.hasher.hash(given.password);
  if (!hash.ok) return hash;
  return db.transaction(async (tx) => {
    const locked = await tx.one<{ email: string; disabled: boolean }>(LOCK_USER, [user.id]);
    const usable = locked?.disabled === false && locked.email === letter.toAddress;
    if (!usable || !(await letters.spend(tx, letter.id))) return deadLink();
    await tx.all(NEW_HASH, [user.id, hash.value]);
    await letters.spendAll(tx, user.id, ['reset_password', 'change_email', 'verify_email']);
    await letters.write(tx, {
      id: deps.ids.next(),
      userId: user.id,
      kind: 'password_changed',
      toAddress: user.email,
    });
    const ended = await tx.all<{ id: string }>(REVOKE_SESSIONS_OF_USER, [user.id, 'password_reset']);
    return ok(ended.map((row) => row.id));
  });
}
