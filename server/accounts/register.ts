/** New accounts (rules A1 to A4, A60). */
import type { Ids } from '../kernel/index.ts';
import { ok, type Result, type Role, refuse } from '../protocol/index.ts';
import type { Pool } from '../stores/index.ts';
import type { Hasher } from './hasher.ts';
import type { Letters } from './letters.ts';
import { passwordProblem } from './password-policy.ts';
import { INSERT_USER, type UserRow } from './statements.ts';

export interface Registration {
  email: string;
  password: string;
  name: string;
  role: Role;
}

export interface RegisterDeps {
  db: Pool;
  ids: Ids;
  hasher: Hasher;
  letters: Letters;
}

/** One mailbox, one account: the spelling that is stored and looked up. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase();

/** One line of visible text: control characters and doubled spaces have no place in a name. */
export const normaliseName = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();

/** INVALID_REQUEST with the field, EMAIL_TAKEN, or TEMPORARILY_UNAVAILABLE when too many hash at once. */
export async function register(deps: RegisterDeps, registration: Registration): Promise<Result<UserRow>> {
  const email = normaliseEmail(registration.email);
  const name = normaliseName(registration.name);
  if (name === '') return refuse('INVALID_REQUEST', { field: 'name' }, 'Say what we may call you.');
  const problem = passwordProblem(registration.password, { email, name });
  if (problem) return refuse('INVALID_REQUEST', { field: 'password' }, problem);
  // Hashed before the address is looked at, so that a taken one takes no less time.
  const hashed = await deps.hasher.hash(registration.password);
  if (!hashed.ok) return hashed;
  const values = [deps.ids.next(), email, name, hashed.value, registration.role];
  return deps.db.transaction(async (tx) => {
    const row = await tx.one<UserRow>(INSERT_USER, values);
    if (!row) return refuse('EMAIL_TAKEN', { field: 'email' });
    // An operator's address comes from whoever runs the house, and may be no mailbox at all.
    if (row.role !== 'operator')
      await deps.letters.write(tx, {
        id: deps.ids.next(),
        userId: row.id,
        kind: 'verify_email',
        toAddress: email,
      });
    return ok(row);
  });
}
