/**
 * An account for somebody whom another provider vouches for (rules A105, A106): their address is proven, and no password opens it
 * until its owner has set one by a mailed link.
 */
import type { Ids } from '../kernel/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, type Pool, statement } from '../stores/index.ts';
import { normaliseEmail, normaliseName } from './register.ts';

/** What the hasher knows to be no hash: nothing ever matches it, in the time that a hash takes. */
const NO_PASSWORD = 'none';

const ADMIT = statement(
  'accounts_admit',
  `insert into accounts.users (id, email, name, password_hash, role, email_verified_at)
   values ($1, $2, $3, $4, 'user', now()) on conflict (email) do nothing returning id`,
);

export interface Vouched {
  email: string;
  name: string;
}

/** The account's id; `within` runs in the transaction that makes it. EMAIL_TAKEN. */
export function admit(
  { db, ids }: { db: Pool; ids: Ids },
  { email, name }: Vouched,
  within: (tx: Db, userId: string) => Promise<void>,
): Promise<Result<{ id: string }>> {
  const address = normaliseEmail(email);
  const called = normaliseName(name).slice(0, 120) || (address.split('@')[0] as string);
  return db.transaction(async (tx) => {
    const made = await tx.one<{ id: string }>(ADMIT, [ids.next(), address, called, NO_PASSWORD]);
    if (!made) return refuse('EMAIL_TAKEN', { field: 'email' });
    await within(tx, made.id);
    return ok(made);
  });
}
