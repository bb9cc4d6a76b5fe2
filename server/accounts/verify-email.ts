/** Proving that an address is its account's: the link in a mail, and asking for that mail again (rules A60 to A64). */
import type { Ids } from '../kernel/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, type Pool, sqlState, statement } from '../stores/index.ts';
import type { Letters, OpenLetter } from './letters.ts';
import { PROFILE, type ProfileRow } from './profile-rows.ts';
import { LOCK_USER } from './statements.ts';
import type { Throttle } from './throttle.ts';

const VERIFIED = statement(
  'accounts_email_verified',
  `update accounts.users set email_verified_at = coalesce(email_verified_at, now()), version = version + 1, updated_at = now()
    where id = $1 and email = $2 returning id`,
);
const MOVED = statement(
  'accounts_email_moved',
  `update accounts.users set email = $2, email_verified_at = now(), version = version + 1, updated_at = now()
    where id = $1 returning id`,
);

const UNIQUE_VIOLATION = '23505';

export interface VerifyDeps {
  db: Pool;
  ids: Ids;
  letters: Letters;
  throttle: Throttle;
}

/** What a link in a mail that has been used, is over, or never was one gets: nobody learns which. */
export const deadLink = () => refuse('LINK_NOT_VALID');

async function moveTo(deps: VerifyDeps, tx: Db, letter: OpenLetter, from: string): Promise<void> {
  await tx.all(MOVED, [letter.userId, letter.toAddress]);
  // Links that went to the old mailbox open nothing any more.
  await deps.letters.spendAll(tx, letter.userId, ['verify_email', 'change_email', 'reset_password']);
  await deps.letters.write(tx, {
    id: deps.ids.next(),
    userId: letter.userId,
    kind: 'email_changed',
    toAddress: from,
    detail: letter.toAddress,
  });
}

/** The address that is proven now. LINK_NOT_VALID, or EMAIL_TAKEN: another account has it by now. */
export async function verifyEmail(deps: VerifyDeps, secret: string): Promise<Result<{ email: string }>> {
  const letter = await deps.letters.find(secret);
  if (!letter || letter.kind === 'reset_password') return deadLink();
  const { id, userId, toAddress } = letter;
  try {
    return await deps.db.transaction(async (tx) => {
      const user = await tx.one<{ email: string; disabled: boolean }>(LOCK_USER, [userId]);
      if (!user || user.disabled || !(await deps.letters.spend(tx, id))) return deadLink();
      if (letter.kind === 'change_email') await moveTo(deps, tx, letter, user.email);
      else if (!(await tx.one(VERIFIED, [userId, toAddress]))) return deadLink();
      return ok({ email: toAddress });
    });
  } catch (err) {
    if (sqlState(err) === UNIQUE_VIOLATION) return refuse('EMAIL_TAKEN', { field: 'email' });
    throw err;
  }
}

/** The mail again, to the address that waits to be proven. INVALID_STATE: none does. */
export async function askAgain(deps: VerifyDeps, userId: string): Promise<Result<{ email: string }>> {
  const profile = await deps.db.one<ProfileRow>(PROFILE, [userId]);
  if (!profile) return refuse('NOT_FOUND');
  const { email, pendingEmail, emailVerified } = profile;
  if (pendingEmail === null && emailVerified)
    return refuse('INVALID_STATE', undefined, 'Your address is confirmed already.');
  const toAddress = pendingEmail ?? email;
  const allowed = await deps.throttle.letter(userId, toAddress);
  if (!allowed.ok) return allowed;
  await deps.letters.write(deps.db, {
    id: deps.ids.next(),
    userId,
    kind: pendingEmail === null ? 'verify_email' : 'change_email',
    toAddress,
    ...(pendingEmail === null ? {} : { detail: pendingEmail }),
  });
  return ok({ email: toAddress });
}
