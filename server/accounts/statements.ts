/** The slice's SQL, one statement each. Times are the ledger's (`now()`), never a process's. */
import type { Role } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';

export interface UserRow {
  id: string;
  email: string;
  name: string;
  role: Role;
  password_hash: string;
  created_at: Date;
  disabled_at: Date | null;
}

export const INSERT_USER = statement(
  'accounts_insert_user',
  `insert into accounts.users (id, email, name, password_hash, role) values ($1, $2, $3, $4, $5)
   on conflict (email) do nothing
   returning id, email, name, role, password_hash, created_at, disabled_at`,
);

export const USER_BY_EMAIL = statement(
  'accounts_user_by_email',
  'select id, email, name, role, password_hash, created_at, disabled_at from accounts.users where email = $1',
);

export const USER_BY_ID = statement(
  'accounts_user_by_id',
  'select id, email, name, role, password_hash, created_at, disabled_at from accounts.users where id = $1',
);

// Only the hash that was checked is replaced: a password changed meanwhile stays changed.
export const REPLACE_HASH = statement(
  'accounts_replace_hash',
  'update accounts.users set password_hash = $3, updated_at = now() where id = $1 and password_hash = $2 returning id',
);

/** The account's lock: what changes who may enter it happens one after the other. Before its letters' and passkeys'. */
export const LOCK_USER = statement(
  'accounts_lock_user',
  `select id, email, version, disabled_at is not null as disabled, email_verified_at is not null as verified
     from accounts.users where id = $1 for no key update`,
);

/** Every edit of a profile ends with it: the version rises whatever was edited. */
export const RENAME_USER = statement(
  'accounts_rename_user',
  `update accounts.users set name = coalesce($2, name), version = version + 1, updated_at = now() where id = $1`,
);

export const REVOKE_OTHER_SESSIONS = statement(
  'accounts_revoke_other_sessions',
  `update accounts.sessions set revoked_at = now(), revoked_reason = $3
    where user_id = $1 and id <> $2 and revoked_at is null returning id`,
);

export const ANY_OPERATOR = statement(
  'accounts_any_operator',
  `select email from accounts.users where role = 'operator' and disabled_at is null limit 1`,
);

export const OPEN_SESSION = statement(
  'accounts_open_session',
  `insert into accounts.sessions (id, user_id, expires_at, device, network)
   values ($1, $2, now() + make_interval(days => $3), $4, $5)`,
);

export const INSERT_REFRESH_TOKEN = statement(
  'accounts_insert_refresh_token',
  `insert into accounts.refresh_tokens (token_hash, session_id, expires_at)
   select $1, s.id, s.expires_at from accounts.sessions s where s.id = $2`,
);

export const SESSION_OF_TOKEN = statement(
  'accounts_session_of_token',
  'select session_id from accounts.refresh_tokens where token_hash = $1',
);

/** The family's lock: rotation, reuse and log-out of one session happen one after the other. */
export const LOCK_SESSION = statement(
  'accounts_lock_session',
  `select s.id, u.id as user_id, u.email, u.name, u.role, u.created_at,
          s.revoked_at is not null or s.expires_at <= now() or u.disabled_at is not null as over
     from accounts.sessions s join accounts.users u on u.id = s.user_id
    where s.id = $1 for no key update of s`,
);

export const READ_REFRESH_TOKEN = statement(
  'accounts_read_refresh_token',
  `select used_at is not null as used,
          coalesce(used_at > now() - make_interval(secs => $2), false) as in_grace
     from accounts.refresh_tokens where token_hash = $1`,
);

export const TOUCH_SESSION = statement(
  'accounts_touch_session',
  `update accounts.sessions set last_used_at = now(), device = coalesce($2, device), network = coalesce($3, network)
    where id = $1`,
);

export const SPEND_REFRESH_TOKEN = statement(
  'accounts_spend_refresh_token',
  'update accounts.refresh_tokens set used_at = now() where token_hash = $1 and used_at is null',
);

export const REVOKE_SESSION = statement(
  'accounts_revoke_session',
  `update accounts.sessions set revoked_at = now(), revoked_reason = $2
    where id = $1 and revoked_at is null returning id`,
);

export const REVOKE_SESSIONS_OF_USER = statement(
  'accounts_revoke_sessions_of_user',
  `update accounts.sessions set revoked_at = now(), revoked_reason = $2
    where user_id = $1 and revoked_at is null returning id`,
);

// Refresh tokens go with their session (on delete cascade).
export const TIDY_SESSIONS = statement(
  'accounts_tidy_sessions',
  `delete from accounts.sessions where id in (
     select id from accounts.sessions
      where least(expires_at, coalesce(revoked_at, expires_at)) < now() - make_interval(days => $1)
      limit $2)
   returning id`,
);
