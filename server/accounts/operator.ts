/** The first operator (rules A40 to A42): from the environment, else made here with a password that is shown once. */
import { randomBytes } from 'node:crypto';
import { normaliseEmail, type RegisterDeps, register } from './register.ts';
import { ANY_OPERATOR, USER_BY_EMAIL, type UserRow } from './statements.ts';

export interface EnsuredOperator {
  email: string;
  /** True when this call made the account. */
  created: boolean;
  /** The password, only when it was made up here: show it now, it is stored nowhere. */
  password?: string;
}

const DEFAULT_EMAIL = 'operator@holdfast.local';

/** @throws Error with the remedy when the wanted e-mail belongs to somebody else or the password is unfit. */
export async function ensureOperator(
  deps: RegisterDeps,
  wanted: { email: string | undefined; password: string | undefined },
): Promise<EnsuredOperator> {
  const existing = await deps.db.one<{ email: string }>(ANY_OPERATOR);
  if (existing) return { email: existing.email, created: false };
  const email = normaliseEmail(wanted.email ?? DEFAULT_EMAIL);
  const password = wanted.password ?? randomBytes(18).toString('base64url');
  const made = await register(deps, { email, password, name: 'Operator', role: 'operator' });
  if (made.ok) return { email, created: true, ...(wanted.password ? {} : { password }) };
  if (made.error.code === 'EMAIL_TAKEN') {
    // Two processes starting at once: the other one made it. Anybody else's account is never promoted.
    const holder = await deps.db.one<UserRow>(USER_BY_EMAIL, [email]);
    if (holder?.role === 'operator') return { email, created: false };
    throw new Error(
      `The first operator cannot be ${email}: that account exists and is a ${holder?.role ?? 'user'}. Set HOLDFAST_ADMIN_EMAIL to another address.`,
    );
  }
  throw new Error(
    `The first operator was refused: ${made.error.message ?? made.error.code} Set HOLDFAST_ADMIN_EMAIL and HOLDFAST_ADMIN_PASSWORD anew.`,
  );
}
