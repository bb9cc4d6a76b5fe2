/**
 * Accounts and access tokens for load tools, straight into the ledger: what is measured is then the sale and not
 * argon2. Needs the signing keys of a development installation; refuses to run in production.
 */

import { BlockList } from 'node:net';
import { createAccounts } from '../server/accounts/index.ts';
import type { Clock, Ids, Logger } from '../server/kernel/index.ts';
import type { KeyRing } from '../server/keys/index.ts';
import { type Ledger, statement } from '../server/stores/index.ts';
import type { Account } from '../server/transport/index.ts';

const USERS = statement(
  'load_users',
  `insert into accounts.users (id, email, name, password_hash, role)
   select id, id || '@load.test', 'Load fan', 'none', $2 from unnest($1::uuid[]) as id`,
);
const SESSIONS = statement(
  'load_sessions',
  `insert into accounts.sessions (id, user_id, expires_at)
   select session, account, now() + interval '1 day' from unnest($1::uuid[], $2::uuid[]) as s (session, account)`,
);

export interface Minted extends Account {
  token: string;
  /** Another token of ten minutes, for who comes later than that. */
  renew(): string;
}

export interface MintDeps {
  ledger: Ledger;
  keys: KeyRing;
  clock: Clock;
  ids: Ids;
  log: Logger;
}

/** Makes `count` accounts of one role, each with a session and a token of ten minutes. */
export async function mintAccounts(
  deps: MintDeps,
  count: number,
  role: Account['role'] = 'user',
): Promise<Minted[]> {
  if (process.env.NODE_ENV === 'production') throw new Error('load accounts are not made in production');
  const accounts = createAccounts({ ...deps, gate: undefined, config: noAdmin });
  const made = Array.from(
    { length: count },
    (): Account => ({ id: deps.ids.next(), sessionId: deps.ids.next(), role, name: 'Load fan' }),
  );
  await deps.ledger.payments.transaction(async (tx) => {
    await tx.all(USERS, [made.map((a) => a.id), role]);
    await tx.all(SESSIONS, [made.map((a) => a.sessionId), made.map((a) => a.id)]);
  });
  return made.map((account) => {
    const renew = () => accounts.issueAccessToken(account).accessToken;
    return { ...account, token: renew(), renew };
  });
}

const noAdmin = {
  production: false,
  exempt: new BlockList(),
  adminEmail: undefined,
  adminPassword: undefined,
  origins: [],
  port: 0,
};
